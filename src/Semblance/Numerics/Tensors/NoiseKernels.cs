using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>
/// Random numbers for a matrix that are a function of (row, column, step): four columns share the four words of a Philox counter (row, column / 4, step), so any part of a matrix can be
/// made alone, on any thread, and made again.
/// </summary>
internal static unsafe class NoiseKernels
{
    private const int Rows = 64, Columns = 16; // one tile of words: 4 KiB, in the first-level cache until it is turned and written

    /// <summary>What becomes of random words, which lie as columns of a tile of <see cref="Rows"/>.</summary>
    private interface IUse
    {
        /// <summary>Columns that the words of one counter serve.</summary>
        static abstract int ColumnsPerCounter { get; }

        /// <summary>Makes words, in place, the numbers of so many columns, a multiple of what a counter serves.</summary>
        static abstract void Make<V>(float* tile, int columns, float parameter) where V : struct, ILanes<V, float>;
    }

    /// <summary>Raw words of 16 rows as columns of a <see cref="RowTile"/>; up to three columns more than asked for are written.</summary>
    public static void Words(RandomStream stream, long step, long firstRow, int columns, float* tile)
    {
        for (var column = 0; column < columns; column += 4) Fill(stream, step, firstRow, column / 4, RowTile.Rows, tile + (nint)column * RowTile.Rows, RowTile.Rows);
    }

    /// <summary>Standard normals, row by row.</summary>
    public static void Normal(Tape tape, RandomStream stream, long step, long firstRow, int rows, int columns, float* to) => Fill<NormalUse>(tape, stream, step, firstRow, rows, columns, to, 0);

    /// <summary>Uniform in [0, 1), 24 bits, row by row.</summary>
    public static void Uniform(Tape tape, RandomStream stream, long step, long firstRow, int rows, int columns, float* to) => Fill<UniformUse>(tape, stream, step, firstRow, rows, columns, to, 0);

    /// <summary>0 with a chance of <paramref name="dropped"/> / 65,536, else 1 / (1 - chance), row by row. Half a word decides, so eight columns share a counter.</summary>
    public static void Keep(Tape tape, RandomStream stream, long step, long firstRow, int rows, int columns, float* to, int dropped) => Fill<KeepUse>(tape, stream, step, firstRow, rows, columns, to, dropped);

    private static void Fill<U>(Tape tape, RandomStream stream, long step, long firstRow, int rows, int columns, float* to, float parameter) where U : struct, IUse
    {
        var blocksOfRows = (rows + Rows - 1) / Rows;
        var grain = Math.Max(1, ActivationKernels.Grain / (Rows * Math.Max(1, columns)));
        tape.For(blocksOfRows, grain, (from, end) =>
        {
            var tile = stackalloc float[Rows * Columns];
            for (var block = from; block < end; block++)
            {
                var row = block * Rows;
                var count = Math.Min(Rows, rows - row);
                for (var column = 0; column < columns; column += Columns)
                {
                    var width = Math.Min(Columns, columns - column);
                    var made = 0;
                    for (var words = tile; made < width; made += U.ColumnsPerCounter, words += 4 * Rows)
                        Fill(stream, step, firstRow + row, (column + made) / U.ColumnsPerCounter, (count + 15) & ~15, words, Rows);
                    switch (FastMath.Tier)
                    {
                        case 512: U.Make<Float512>(tile, made, parameter); break;
                        case 256: U.Make<Float256>(tile, made, parameter); break;
                        default: U.Make<Float1>(tile, made, parameter); break;
                    }
                    RowTile.Store(tile, Rows, width, count, to + (nint)row * columns + column, columns);
                }
            }
        });
    }

    private static void Fill(RandomStream stream, long step, long row, int counter, int rows, float* tile, int stride) => Philox.Fill(
        stream.Key, (ulong)row, (uint)counter, new(tile, rows), new(tile + stride, rows), new(tile + 2 * stride, rows), new(tile + 3 * stride, rows), FastMath.Tier, (uint)step);

    private readonly struct UniformUse : IUse
    {
        public static int ColumnsPerCounter => 4;

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void Make<V>(float* tile, int columns, float parameter) where V : struct, ILanes<V, float>
        {
            for (nuint i = 0; i < (nuint)(Rows * columns); i += (nuint)V.Count) (V.FromInteger(V.ShiftRightUnsigned(V.Load(ref *tile, i), 8)) * V.All(1 / 16777216f)).Store(ref *tile, i);
        }
    }

    private readonly struct NormalUse : IUse
    {
        public static int ColumnsPerCounter => 4;

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void Make<V>(float* tile, int columns, float parameter) where V : struct, ILanes<V, float>
        {
            for (nuint pair = 0; pair < (nuint)(Rows * columns); pair += 2 * Rows)
                for (var i = pair; i < pair + Rows; i += (nuint)V.Count)
                {
                    var (first, second) = BoxMuller.FromWords(V.Load(ref *tile, i), V.Load(ref *tile, i + Rows));
                    first.Store(ref *tile, i);
                    second.Store(ref *tile, i + Rows);
                }
        }
    }

    private readonly struct KeepUse : IUse
    {
        public static int ColumnsPerCounter => 8;

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void Make<V>(float* tile, int columns, float parameter) where V : struct, ILanes<V, float>
        {
            var (bound, kept, lowHalf) = (V.All(parameter), V.All(65536 / (65536 - parameter)), V.All(BitConverter.UInt32BitsToSingle(0xFFFF)));
            for (var i = (nint)(Rows * columns / 2) - V.Count; i >= 0; i -= V.Count) // from the last, as two numbers take the place of one
            {
                var word = V.Load(ref *tile, (nuint)i);
                var to = (nuint)(i / Rows * 2 * Rows + i % Rows);
                V.IfLess(V.FromInteger(V.ShiftRightUnsigned(word, 16)), bound, V.All(0), kept).Store(ref *tile, to + Rows);
                V.IfLess(V.FromInteger(V.And(word, lowHalf)), bound, V.All(0), kept).Store(ref *tile, to);
            }
        }
    }
}
