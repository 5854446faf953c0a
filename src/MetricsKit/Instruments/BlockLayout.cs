using System.Numerics;

namespace MetricsKit;

/// <summary>How many series each block of a table holds: blocks begin small, double, and end as whole chunks, so that an instrument with one series costs little and one with many has few blocks.</summary>
/// <remarks>Where series may leave their table (I7), a block holds one.</remarks>
sealed class BlockLayout
{
    static readonly BlockLayout Scalars = new(1, single: false);

    readonly int _first, _firstLog, _largest, _growing, _growingBlocks;

    BlockLayout(int run, bool single)
    {
        Run = run;
        _first = single ? 1 : Math.Max(1, 4 / run);
        _firstLog = BitOperations.Log2((uint)_first);
        _largest = single ? 1 : CellChunk.Size / run;
        _growing = _first;
        _growingBlocks = 1;
        while (!single && _growing * run <= CellChunk.Size / 2) { _growing *= 2; _growingBlocks++; }
    }

    internal static BlockLayout Of(int run, bool single) => run == 1 && !single ? Scalars : new(run, single);

    /// <summary>Cells of one series.</summary>
    internal int Run { get; }

    internal int CapacityOf(int block) => block == 0 ? _first : block < _growingBlocks ? _first << (block - 1) : _largest;

    internal (int Block, int At) Locate(int ordinal)
    {
        if (ordinal < _first) return (0, ordinal);
        if (ordinal >= _growing) return (_growingBlocks + (ordinal - _growing) / _largest, (ordinal - _growing) % _largest);
        int doublings = BitOperations.Log2((uint)ordinal) - _firstLog;
        return (doublings + 1, ordinal - (_first << doublings));
    }
}
