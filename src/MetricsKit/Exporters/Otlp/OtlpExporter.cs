using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Sends each snapshot by OTLP.</summary>
/// <remarks>
/// It blocks the thread that calls it, which is its own. One export at a time: the requests hold what delta temporality has settled, so an export that was given up
/// keeps them until it returns, and those meanwhile fail. Each point of a snapshot is in the <see cref="Ledger"/>, whatever became of it, but for those of an export that
/// fails since the one before it hangs: how many they are only the requests can tell, which that one has.
/// </remarks>
sealed class OtlpExporter : IPumpedExporter, IDisposable
{
    /// <summary>An export ends so long before its deadline at least, or by a tenth of it if that is less: then its own words come out, rather than that it was cut off.</summary>
    static readonly TimeSpan MostMargin = TimeSpan.FromMilliseconds(500);

    readonly OtlpExporterOptions _options;
    readonly OtlpRequests _requests;
    readonly TimeProvider _time;
    readonly Lock _opening = new();
    readonly long _patience, _limit;
    readonly OtlpOddities _oddities;
    OtlpChannel? _channel;
    OtlpTries? _tries;
    int _busy;
    volatile bool _isDisposed, _isLast;

    internal OtlpExporter(OtlpExporterOptions options, string name, ILogger logger, TimeProvider time)
    {
        _options = options;
        _requests = new(new OtlpEncoding(options.Temporality, options.Naming, options.MaxRequestBytes));
        _time = time;
        var margin = options.Timeout / 10;
        var limit = options.Timeout - (margin < MostMargin ? margin : MostMargin);
        _limit = time.TicksOf(limit);
        // The next round has newer numbers: nothing is tried beyond its moment.
        _patience = time.TicksOf(options.Interval < limit ? options.Interval : limit);
        _oddities = new(name, logger, time);
        if (options.ConfigureHandler is not null || options.Certificate.Length + options.ClientCertificate.Length > 0) Open(); // what they have to say against it stops the start
    }

    /// <summary>What became of the points.</summary>
    public PointLedger Ledger { get; } = new();

    public ValueTask ExportAsync(MetricsSnapshot snapshot, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _busy, 1) != 0) throw new OtlpExportException("hangs", $"The export to {Server} before this one still hangs.");
        try { Export(snapshot, cancellationToken); }
        finally { Volatile.Write(ref _busy, 0); }
        return ValueTask.CompletedTask;
    }

    /// <summary>The next export is the last one: a server that asked to be left alone gets a request all the same, since nothing comes after it.</summary>
    public void ExpectLast() => _isLast = true;

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
        long begun = _time.GetTimestamp();
        string? embargo = _isLast ? null : Embargo();
        Account account = new() { Stop = embargo };
        _requests.Begin(snapshot);
        try
        {
            while (_requests.MoveNext())
            {
                int points = _requests.Points;
                if (account.Stop is null && _time.GetTimestamp() - begun >= _limit) account.Stop = "had no time left";
                bool isOver = account.Stop is not null || cancellationToken.IsCancellationRequested;
                var answer = isOver ? Withhold(points) : Deliver(points, begun, cancellationToken);
                if (answer.IsSettled) _requests.Settle();
                account.Add(answer, points);
            }
        }
        finally
        {
            while (_requests.MoveNext()) Withhold(_requests.Points); // behind a fault of ours
        }
        _oddities.Tell(Server, account.Oddity, account.Rejected, account.Points, isPlain: account.Trouble is null);
        if (account.Trouble is null) return;
        cancellationToken.ThrowIfCancellationRequested();
        throw new OtlpExportException(embargo is null ? account.Trouble : null, Summary(account));
    }

    OtlpAnswer Withhold(int points)
    {
        OtlpAnswer answer = new(OtlpVerdict.Unreached, "");
        Ledger.Attempt(points);
        Count(answer, points);
        return answer;
    }

    /// <summary>Whatever happens, the points are counted once.</summary>
    OtlpAnswer Deliver(int points, long begun, CancellationToken cancellationToken)
    {
        Ledger.Attempt(points);
        OtlpAnswer answer = new(OtlpVerdict.Unreached, "");
        try
        {
            var tries = Open();
            answer = new(OtlpVerdict.InDoubt, "");
            return answer = tries.Deliver(_requests.Framed, begun + _patience, begun + _limit, cancellationToken);
        }
        finally { Count(answer, points); }
    }

    void Count(OtlpAnswer answer, int points)
    {
        switch (answer.Verdict)
        {
            case OtlpVerdict.Accepted:
                int rejected = answer.RejectedOf(points);
                Ledger.Reject(rejected);
                Ledger.Accept(points - rejected);
                break;
            case OtlpVerdict.Refused: Ledger.Refuse(points); break;
            case OtlpVerdict.InDoubt: Ledger.Doubt(points); break;
            default: Ledger.Withhold(points); break;
        }
    }

    string? Embargo() => _tries?.Embargo is { } left && left > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"asked to be left alone for another {left.TotalSeconds:0.#} s") : null;

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
                Rejected += answer.RejectedOf(points);
                if (answer.Text.Length > 0) Oddity ??= answer.Text;
                return;
            }
            if (answer.Verdict == OtlpVerdict.Refused) Refused += points;
            else if (answer.Verdict == OtlpVerdict.InDoubt) InDoubt += points;
            else Unsent += points;
            Trouble ??= answer.Text;
            // Where nobody listens, or asks for peace, the rest would fare no better. A request that was not answered may be at fault itself.
            if (answer.Verdict is OtlpVerdict.Later or OtlpVerdict.Unreached || answer.RetryAfter is not null) Stop = answer.Text;
        }
    }
}
