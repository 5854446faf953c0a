using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>A snapshot as one or several <c>ExportMetricsServiceRequest</c> messages of OTLP, one at a time in memory that is used again.</summary>
/// <remarks>
/// Begin with a snapshot, move to each message, send it, and settle it when its points need not be sent again. One thread at a time.
/// Delta temporality keeps what was settled; what was not is in the next snapshot's messages with what came since.
/// A message repeats the heads of what it goes on with, has no metric without points, and ends before the point that would make it too long.
/// Format: <c>opentelemetry/proto</c>, version 1. What it means: "OpenTelemetry Metrics Data Model".
/// </remarks>
sealed partial class OtlpRequests(OtlpEncoding encoding)
{
    /// <summary>So many bytes lie before each message for who frames it: gRPC's prefix has five.</summary>
    internal const int HeadRoom = 5;

    /// <summary>The one attribute of a resource that the semantic conventions have as a whole number and that a host states without a word.</summary>
    const string ProcessId = "process.pid";

    readonly int _limit = HeadRoom + Math.Clamp(encoding.MaxBytes, 0, WireBytes.MaxLength);
    readonly ConditionalWeakTable<FamilyDescriptor, OtlpFamily> _families = []; // a family takes its baseline with it, and one that is hidden finds it again
    readonly WireBytes _message = new(), _scratch = new();

    ImmutableArray<KeyValuePair<string, string>> _resource = [];
    byte[] _resourceHead = [];

    SnapshotData? _data;
    ulong _time; // of all points
    OtlpCursor _from, _at;

    // The messages that are open within the current one.
    MeterScope? _scope;
    int _scopeAt;

    /// <summary>The message that was moved to, with <see cref="HeadRoom"/> bytes before it that the caller may write.</summary>
    internal Memory<byte> Framed { get; private set; }

    /// <summary>The message that was moved to.</summary>
    internal ReadOnlyMemory<byte> Message => Framed[HeadRoom..];

    /// <summary>How many data points it has.</summary>
    internal int Points { get; private set; }

    /// <summary>Begins with a snapshot, which must not be disposed of until the last message was settled.</summary>
    internal void Begin(MetricsSnapshot snapshot)
    {
        var data = snapshot.Data;
        if (_resourceHead.Length == 0 || data.Resource != _resource) RenderResource(data.Resource);
        _time = NanosecondsOf(data.ReadFinished); // behind the start of every series that was read
        _at = default;
        _data = data;
    }

    /// <summary>Writes the next message; false when there is none.</summary>
    internal bool MoveNext()
    {
        Points = 0;
        Framed = default;
        if (_data is not { } data) return false;
        _from = _at;
        _message.End = HeadRoom;
        int resource = _message.Open(OtlpField.RequestResourceMetrics);
        _message.Put(_resourceHead);
        (_scope, _scopeAt) = (null, 0);
        while (_at.Slice < data.AllCount && TryWrite(data, in data.Slices[_at.Slice])) _at.NextSlice();
        if (Points == 0)
        {
            _data = null;
            return false;
        }
        _message.Close(_scopeAt);
        _message.Close(resource);
        Framed = _message.Array.AsMemory(0, _message.End);
        return true;
    }

    /// <summary>Writes a family from the current series on; false when the message is full.</summary>
    bool TryWrite(SnapshotData data, in FamilySlice slice)
    {
        if (slice.Count + slice.OverflowCount == 0) return true;
        var family = FamilyOf(in slice);
        if (_at.Series == 0) family.Follow(in slice);
        int points = Points, mark = _message.End;
        var before = (_scope, _scopeAt);
        Enter(slice.Family.Scope, family);
        int metric = _message.Open(OtlpField.ScopeMetricsMetric);
        _message.Put(family.Head);
        int all = _message.Open(family.DataField);
        _message.Put(family.DataHead);
        bool whole = TryWritePoints(data, in slice, family);
        if (Points > points)
        {
            _message.Close(all);
            _message.Close(metric);
        }
        else
        {
            _message.End = mark; // as if the heads had never been there
            (_scope, _scopeAt) = before;
        }
        return whole;
    }

    /// <summary>Consecutive families of one meter stand in one scope.</summary>
    void Enter(MeterScope scope, OtlpFamily family)
    {
        if (scope.Equals(_scope)) return;
        if (_scope is not null) _message.Close(_scopeAt);
        _scope = scope;
        _scopeAt = _message.Open(OtlpField.ResourceMetricsScopeMetrics);
        _message.Put(family.ScopeHead(scope));
    }

    bool TryWritePoints(SnapshotData data, in FamilySlice slice, OtlpFamily family)
    {
        while (_at.TryRun(in slice, family, out var page, out int count))
        {
            page.Render(family, _at.At + count, _scratch);
            var numbers = data.Numbers.AsSpan(slice.Offset + _at.Series * slice.Run, slice.Run * count);
            int done = WriteRun(data, in slice, family, page, numbers, _limit);
            _at.Advance(done, in slice);
            if (done == count) continue;
            if (Points > 0) return false;
            // A point that no message has room for stands alone in one that is too long: whether it is taken is for the receiver to say.
            WriteRun(data, in slice, family, page, numbers.Slice(done * slice.Run, slice.Run), int.MaxValue);
            _at.Advance(1, in slice);
        }
        return true;
    }

    OtlpFamily FamilyOf(in FamilySlice slice)
    {
        if (_families.TryGetValue(slice.Family, out var known)) return known;
        OtlpFamily made = new(slice.Family, encoding, slice.Run);
        _families.Add(slice.Family, made);
        return made;
    }

    void RenderResource(ImmutableArray<KeyValuePair<string, string>> resource)
    {
        _scratch.End = 0;
        int at = _scratch.Open(OtlpField.ResourceMetricsResource);
        foreach (var (key, value) in resource)
        {
            if (key == ProcessId) OtlpAttributes.PutNumber(_scratch, OtlpField.ResourceAttribute, key, value);
            else OtlpAttributes.Put(_scratch, OtlpField.ResourceAttribute, key, value);
        }
        _scratch.Close(at);
        _resourceHead = _scratch.Written.ToArray();
        _resource = resource;
    }

    /// <summary>Since 1970; 0, which means unknown, before it.</summary>
    static ulong NanosecondsOf(DateTimeOffset time) => (ulong)Math.Max(0, time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;
}
