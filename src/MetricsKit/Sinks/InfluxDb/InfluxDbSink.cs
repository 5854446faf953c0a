using System.Net;
using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Writes samples to InfluxDB 1.x, or to what speaks its <c>/write</c>.</summary>
/// <remarks>
/// A batch that is tried again sends the same bytes, so a point that had arrived is overwritten by itself, and parts that were acknowledged are not
/// sent again. Samples of one series that have the same timestamp are kept apart by nanoseconds; across processes that write the same series
/// nothing can do that: give each a tag. What a coarser precision overwrites is acknowledged, and said once in the log.
/// </remarks>
sealed partial class InfluxDbSink : IMetricSink, IDisposable
{
    readonly InfluxDbSinkOptions _options;
    readonly ILogger _logger;
    readonly InfluxDbServer _server;
    readonly LineBatch _lines;
    readonly Lock _writing = new();

    bool _saidOverwritten;

    internal InfluxDbSink(InfluxDbSinkOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _server = new(options);
        _lines = new(LinePrecision.Find(options.Precision) ?? throw new ArgumentException($"'{options.Precision}' is no precision.", nameof(options)));
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (!_writing.TryEnter())
        {
            _server.Abort();
            throw new InvalidOperationException("The attempt before this one has not ended yet.");
        }
        try
        {
            Write(batch, cancellationToken);
        }
        finally
        {
            _writing.Exit();
        }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();

    void Write(SampleBatch batch, CancellationToken cancellationToken)
    {
        _lines.Open(batch);
        bool created = false;
        while (_lines.TryNext(out var part))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var answer = _server.Write(_lines.TextOf(part), cancellationToken);
            bool isMissing = answer.Verdict is InfluxDbVerdict.NoDatabase or InfluxDbVerdict.NoRetentionPolicy;
            if (!isMissing || created || !_options.CreateDatabase)
            {
                Settle(part, answer);
                continue;
            }
            Create(answer.Verdict, cancellationToken);
            created = true;
        }
        SayOverwritten();
        if (_lines.Rejected > 0) throw new SamplesRejectedException(_lines.Rejected, $"InfluxDB takes {_lines.Rejected} of {batch.Count} samples never: {_lines.Reason}.");
    }

    void Settle(LinePart part, InfluxDbAnswer answer)
    {
        switch (answer.Verdict)
        {
            case InfluxDbVerdict.Accepted:
                _lines.Settle(0, "");
                break;
            case InfluxDbVerdict.Dropped when part.Lines == 1 || _lines.IsOfOneHour(part):
                _lines.Settle(answer.Dropped, answer.Text);
                break;
            case InfluxDbVerdict.Unreadable or InfluxDbVerdict.TooLarge when part.Lines == 1:
                _lines.Settle(1, answer.Text);
                break;
            case InfluxDbVerdict.Dropped or InfluxDbVerdict.Unreadable or InfluxDbVerdict.TooLarge:
                // Lines that it took already are overwritten by themselves.
                _lines.Split();
                break;
            default:
                throw new HttpRequestException($"InfluxDB answered {answer.Text}{Cure(answer)}", null, (HttpStatusCode)answer.Status);
        }
    }

    /// <summary>Creates what is missing, at the first write or after a server has come back without its data. What is there is not changed.</summary>
    void Create(InfluxDbVerdict missing, CancellationToken cancellationToken)
    {
        string statement = missing == InfluxDbVerdict.NoDatabase ? InfluxDbStatements.CreateDatabase(_options) : InfluxDbStatements.CreateRetentionPolicy(_options);
        var answer = _server.Run(statement, cancellationToken);
        if (answer.Verdict != InfluxDbVerdict.Accepted) throw new HttpRequestException($"InfluxDB answered {answer.Text} to {statement}: create it yourself, or give the user the right to.", null, (HttpStatusCode)answer.Status);
        LogCreated(_logger, statement);
    }

    static string Cure(InfluxDbAnswer answer) => answer switch
    {
        { Status: 401 or 403 } => ": check Username, Password and the user's rights.",
        { Verdict: InfluxDbVerdict.NoDatabase or InfluxDbVerdict.NoRetentionPolicy } => ": create it, or switch CreateDatabase on.",
        { Status: < 400 or 404 or 405 } => " where a write is answered with 204: check that Url is that of an InfluxDB 1.x.",
        _ => ".",
    };

    void SayOverwritten()
    {
        if (_saidOverwritten || _lines.Overwritten == 0) return;
        _saidOverwritten = true;
        LogOverwritten(_logger, _lines.OverwrittenName, _options.Precision);
    }

    [LoggerMessage(70, LogLevel.Information, "Created in InfluxDB what was missing there ({Statement}).")]
    static partial void LogCreated(ILogger logger, string statement);

    [LoggerMessage(71, LogLevel.Warning, "InfluxDB keeps only the last of several samples of {Name} with the same timestamp, since the precision is '{Precision}': set Precision to 'ns' to keep all. This is not said again.")]
    static partial void LogOverwritten(ILogger logger, string name, string precision);
}
