using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Sends each snapshot by OTLP.</summary>
/// <remarks>
/// It blocks the thread that calls it, which is its own. One export at a time: the requests hold what delta temporality has settled, so an export that was given up
/// keeps them until it returns, and those meanwhile fail. Each point of a snapshot is in the <see cref="Ledger"/>, whatever became of it.
/// </remarks>
sealed class OtlpExporter : IMetricExporter, IDisposable
{
    readonly OtlpExporterOptions _options;
    readonly OtlpRequests _requests;
    readonly TimeProvider _time;
    readonly Lock _opening = new();
    readonly long _patience;
    readonly FailureEpisode _oddities;
    OtlpChannel? _channel;
    OtlpTries? _tries;
    int _busy;
    volatile bool _isDisposed;

    internal OtlpExporter(OtlpExporterOptions options, string name, ILogger logger, TimeProvider time)
    {
        _options = options;
        _requests = new(new OtlpEncoding(options.Temporality, options.Naming, options.MaxRequestBytes));
        _time = time;
        // The next round has newer numbers: nothing is tried beyond its moment.
        _patience = time.TicksOf(options.Interval < options.Timeout ? options.Interval : options.Timeout);
        _oddities = new($"The acceptance of every point of the exporter {name}", logger, time);
        if (options.ConfigureHandler is not null || options.Certificate.Length + options.ClientCertificate.Length > 0) Open(); // what they have to say against it stops the start
    }

    /// <summary>What became of the points.</summary>
    internal OtlpLedger Ledger { get; } = new();

    public ValueTask ExportAsync(MetricsSnapshot snapshot, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _busy, 1) != 0) throw new OtlpExportException($"The export to {Server} before this one still hangs.");
        try { Export(snapshot, cancellationToken); }
        finally { Volatile.Write(ref _busy, 0); }
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        lock (_opening) _isDisposed = true; // nothing is opened from here on
        _channel?.Dispose();
        _tries?.Dispose();
    }

    string Server => field ??= OtlpAddress.Of(_options).GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <summary>With the first export, on its thread: what speaks HTTP takes longer to load than the whole kit, and the start does not need it.</summary>
    OtlpTries Open()
    {
        lock (_opening)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _tries ??= new(_channel = OtlpChannel.Open(_options, _time), _options.RequestTimeout, _time);
        }
    }

    void Export(MetricsSnapshot snapshot, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long until = _time.GetTimestamp() + _patience;
        Account account = new() { Stop = Embargo() };
        _requests.Begin(snapshot);
        while (_requests.MoveNext())
        {
            int points = _requests.Points;
            Ledger.Attempt(points);
            bool isOver = account.Stop is not null || cancellationToken.IsCancellationRequested;
            var answer = isOver ? new(OtlpVerdict.Unreached, "") : Deliver(points, until, cancellationToken);
            if (isOver) Ledger.Count(answer, points);
            if (answer.IsSettled) _requests.Settle();
            account.Add(answer, points);
        }
        Tell(account);
        if (account.Trouble is null) return;
        cancellationToken.ThrowIfCancellationRequested();
        throw new OtlpExportException(Summary(account));
    }

    /// <summary>Whatever happens, the points are counted once.</summary>
    OtlpAnswer Deliver(int points, long until, CancellationToken cancellationToken)
    {
        OtlpAnswer answer = new(OtlpVerdict.InDoubt, "");
        try { return answer = Open().Deliver(_requests.Framed, until, cancellationToken); }
        finally { Ledger.Count(answer, points); }
    }

    string? Embargo() => _tries?.Embargo is { } left && left > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"asked to be left alone for another {left.TotalSeconds:0.#} s") : null;

    /// <summary>A partial success is a success, and so the log hears of it here; of a failure it hears from who called.</summary>
    void Tell(Account account)
    {
        if (account.Oddity is { } oddity) _oddities.Failed(new OtlpExportException($"{Server} {oddity}. {account.Rejected} of {account.Points} points were rejected."));
        else if (account.Trouble is null && account.Points > 0) _oddities.Recovered();
    }

    string Summary(Account account) => string.Create(CultureInfo.InvariantCulture, $"{Server} {account.Trouble}. Of {account.Points} points {account.Refused} were refused, {account.Unsent} did not get through and {account.InDoubt} are in doubt.");

    /// <summary>One export.</summary>
    sealed class Account
    {
        internal long Points, Rejected, Refused, Unsent, InDoubt;

        /// <summary>The first thing that went wrong.</summary>
        internal string? Trouble { get; private set; }

        /// <summary>The first accepted request about which something is odd.</summary>
        internal string? Oddity { get; private set; }

        /// <summary>Why nothing further is sent.</summary>
        internal string? Stop
        {
            get;
            set => (field, Trouble) = (value, Trouble ?? value);
        }

        internal void Add(OtlpAnswer answer, int points)
        {
            Points += points;
            if (answer.Verdict == OtlpVerdict.Accepted)
            {
                Rejected += Math.Clamp(answer.Rejected, 0, points);
                if (answer.Text.Length > 0) Oddity ??= answer.Text;
                return;
            }
            if (answer.Verdict == OtlpVerdict.Refused) Refused += points;
            else if (answer.Verdict == OtlpVerdict.InDoubt) InDoubt += points;
            else Unsent += points;
            Trouble ??= answer.Text;
            // Where nobody listens, or asks for peace, the rest would fare no better. A request that was not answered may be at fault itself.
            if (answer.Verdict is OtlpVerdict.Later or OtlpVerdict.Unreached) Stop = answer.Text;
        }
    }
}
