using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>
/// General matrix multiplication in float32, after Goto and van de Geijn (2008): panels of A and B are packed in the order in which the micro-kernel reads them, so that it
/// runs at the speed of its registers whatever strides and sizes the operands have. Each element of C is one chain of fused multiply-adds over k, in order: the result
/// depends on no block size, tile, register width or thread count.
/// </summary>
internal static unsafe class Gemm
{
    private const int Depth = 1024; // k in one pass: a panel of B is then 128 KiB, which second-level caches hold beside the rows of A. Less means more trips of C to memory
    private const int Width = 4096; // columns in one pass: bounds the packed B to 16 MiB
    private const int NearRows = 640; // floats between rows up to which they are read in place as fast as from a panel; further apart they fall on the same few sets of a cache, and on too many pages
    private const long Small = 1 << 19; // multiply-adds below which handing out work costs more than it saves (some 9 µs of one core)

    /// <summary>C = A·B, + C where <paramref name="accumulate"/>, + bias in every row where given; then the activation.</summary>
    /// <param name="gang">Who works; the caller must own it.</param>
    /// <param name="a">m×k, any strides.</param>
    /// <param name="b">k×n, any strides.</param>
    /// <param name="c">m×n, column stride 1.</param>
    /// <param name="accumulate">Chains go on from what C holds; excludes a bias.</param>
    /// <param name="bias">n floats, or null.</param>
    /// <param name="activation">Applied to each element of the result.</param>
    public static void Multiply(Gang gang, Matrix a, Matrix b, Matrix c, bool accumulate = false, float* bias = null, Activation activation = Activation.None) =>
        Multiply(gang, new Product(a, b, c, accumulate, bias, activation), FastMath.Tier);

    /// <summary>The same on the calling thread alone.</summary>
    public static void Multiply(Workspace workspace, Matrix a, Matrix b, Matrix c, bool accumulate = false, float* bias = null) =>
        Multiply(workspace, new Product(a, b, c, accumulate, bias, Activation.None), FastMath.Tier);

    /// <summary>The same with a right operand that <see cref="Pack"/> has packed, for one that many products share.</summary>
    public static void Multiply(Workspace workspace, Matrix a, Matrix b, float* packedB, Matrix c, bool accumulate = false, float* bias = null) =>
        Multiply(workspace, new Product(a, b, c, accumulate, bias, Activation.None, packedB: packedB), FastMath.Tier);

    /// <summary>Floats that a packed right operand takes.</summary>
    public static int PackedSize(Matrix b) => checked((b.Columns + 31 & ~31) * b.Rows + Panels.Slack);

    /// <summary>Packs a right operand once for all products with it.</summary>
    public static void Pack(Matrix b, float* packed)
    {
        var product = new Product(new Matrix(null, 0, b.Rows), b, new Matrix(null, 0, b.Columns), false, null, Activation.None, packed);
        for (var column = 0; column < b.Columns; column += Width)
            for (var depth = 0; depth < b.Rows; depth += Depth)
            {
                var pass = new Pass(product, FastMath.Tier, column, depth, 1);
                for (var panel = 0; panel < pass.PanelsB; panel++) pass.PackB(packed + pass.Packed, panel);
            }
    }

    /// <summary>By a chosen tier.</summary>
    internal static void Multiply(Gang gang, in Product product, int tier)
    {
        if ((long)product.C.Rows * product.C.Columns * product.K <= Small || gang.Size == 1)
        {
            Multiply(gang.Own, product, tier);
            return;
        }
        var shared = product;
        for (var column = 0; column < Math.Max(1, product.C.Columns); column += Width)
            for (var depth = 0; depth < Math.Max(1, product.K); depth += Depth)
            {
                var pass = new Pass(shared, tier, column, depth, gang.Size);
                var packed = gang.Own.Right(pass.PackedB);
                gang.For(pass.PanelsB - pass.InPlaceB, (panel, _) => pass.PackB(packed, panel));
                gang.For(pass.Tasks, (task, workspace) => pass.Rows(task, workspace, packed));
            }
    }

    internal static void Multiply(Workspace workspace, in Product product, int tier)
    {
        for (var column = 0; column < Math.Max(1, product.C.Columns); column += Width)
            for (var depth = 0; depth < Math.Max(1, product.K); depth += Depth)
            {
                var pass = new Pass(product, tier, column, depth, 1);
                var packed = product.PackedB != null ? product.PackedB + pass.Packed : workspace.Right(pass.PackedB);
                for (var panel = 0; panel < pass.PanelsB - pass.InPlaceB && product.PackedB == null; panel++) pass.PackB(packed, panel);
                for (var task = 0; task < pass.Tasks; task++) pass.Rows(task, workspace, packed);
            }
    }

    /// <summary>What is to be multiplied.</summary>
    internal readonly struct Product(Matrix a, Matrix b, Matrix c, bool accumulate, float* bias, Activation activation, float* packedB = null)
    {
        public readonly Matrix A = a, B = b, C = c;
        public readonly bool Accumulate = accumulate;
        public readonly float* Bias = bias;

        /// <summary>All of B in panels already, or null.</summary>
        public readonly float* PackedB = packedB;
        public readonly Activation Activation = activation;

        public int K => A.Columns;
    }

    /// <summary>One block of k and of columns: rows are cut into tasks, columns into panels as wide as a kernel.</summary>
    private readonly struct Pass
    {
        private readonly Product product;
        private readonly int tier, column, columns, first, depth, lanes, tileRows, rowsPerTask, columnTasks, columnsPerTask;

        public Pass(in Product product, int tier, int column, int first, int threads)
        {
            this.product = product;
            (this.tier, this.column, this.first) = (tier, column, first);
            columns = Math.Min(Width, product.C.Columns - column);
            depth = Math.Min(Depth, product.K - first);
            lanes = tier == 512 ? 32 : tier == 256 ? 16 : 2;
            tileRows = tier == 512 ? 14 : 6;
            var tiles = (product.C.Rows + tileRows - 1) / tileRows;
            // A's rows of one task stay in the second-level cache, and every thread gets several tasks, so that one which starts late still finds its share.
            var perTask = Math.Clamp(Math.Min((96 << 10) / (tileRows * Math.Max(1, depth)), tiles / (4 * threads)), 1, 16);
            if (threads == 1) perTask = Math.Max(1, (96 << 10) / (tileRows * Math.Max(1, depth)));
            rowsPerTask = perTask * tileRows;
            PanelsB = (columns + lanes - 1) / lanes;
            var rowTasks = (product.C.Rows + rowsPerTask - 1) / rowsPerTask;
            columnTasks = threads == 1 || rowTasks >= 2 * threads ? 1 : Math.Min(PanelsB, (4 * threads + rowTasks - 1) / Math.Max(1, rowTasks));
            columnsPerTask = (PanelsB + columnTasks - 1) / Math.Max(1, columnTasks) * lanes;
            columnTasks = columnsPerTask == 0 ? 1 : (columns + columnsPerTask - 1) / columnsPerTask;
            Tasks = rowTasks * columnTasks;
            var far = product.B.ColumnStride != 1 || tiles > 2 && product.B.RowStride > NearRows;
            InPlaceB = far || product.PackedB != null ? 0 : columns % (lanes / 2) == 0 ? PanelsB : PanelsB - 1;
        }

        /// <summary>How many panels of B, from the first, are read where they lie: all but one that is cut off, where rows are near each other or few rows of C use them. The others are packed.</summary>
        public int InPlaceB { get; }

        public int PanelsB { get; }

        public nint PackedB => (nint)(PanelsB - InPlaceB) * lanes * depth + Panels.Slack;

        /// <summary>Where this pass begins in a B that is packed as a whole.</summary>
        public nint Packed => (nint)column * product.K + (nint)PanelsB * lanes * first;

        public int Tasks { get; }

        /// <summary>Packs a panel, counted from the first that is not read in place.</summary>
        public void PackB(float* packed, int panel)
        {
            var lane = (InPlaceB + panel) * lanes;
            var width = Math.Min(lanes, columns - lane);
            Panels.Pack(product.B.Data + (column + lane) * product.B.ColumnStride + first * product.B.RowStride, product.B.ColumnStride, product.B.RowStride, width, depth, packed + (nint)panel * lanes * depth, lanes);
        }

        public void Rows(int task, Workspace workspace, float* packedB)
        {
            var row = task / columnTasks * rowsPerTask;
            var start = task % columnTasks * columnsPerTask;
            var end = Math.Min(columns, start + columnsPerTask);
            var rows = Math.Min(rowsPerTask, product.C.Rows - row);
            var packed = workspace.Left((nint)rowsPerTask * depth + Panels.Slack);
            PackA(packed, row, rows);
            switch (tier)
            {
                case 512: Tiles<Float512>(packed, packedB, row, rows, start, end); break;
                case 256: Tiles<Float256>(packed, packedB, row, rows, start, end); break;
                default: Tiles<Float1>(packed, packedB, row, rows, start, end); break;
            }
            if (product.Activation != Activation.None && first + depth == product.K)
                for (var i = 0; i < rows; i++) Activate(product.C.Data + (row + i) * product.C.RowStride + column + start, end - start);
        }

        private void Activate(float* c, int count) => ActivationKernels.Apply(product.Activation, c, c, count);

        private void PackA(float* packed, int row, int rows)
        {
            for (var done = 0; done < rows; done += tileRows)
            {
                var height = Math.Min(tileRows, rows - done);
                if (InPlaceA(height)) continue;
                Panels.Pack(product.A.Data + (row + done) * product.A.RowStride + first * product.A.ColumnStride, product.A.RowStride, product.A.ColumnStride, height, depth, packed + (nint)done * depth, GemmKernel.RowsFor(height));
            }
        }

        private bool InPlaceA(int height) => GemmKernel.RowsFor(height) == height && product.A.RowStride <= NearRows && product.A.ColumnStride <= NearRows;

        [SkipLocalsInit]
        private void Tiles<V>(float* packedA, float* packedB, int row, int rows, int start, int end) where V : struct, ILanes<V, float>
        {
            var corner = stackalloc float[GemmKernel.CornerSize];
            var go = product.Accumulate || first > 0;
            for (var j = start; j < end; j += lanes)
            {
                var width = Math.Min(lanes, end - j);
                var inPlaceB = j < InPlaceB * lanes;
                var b = inPlaceB ? product.B.Data + (column + j) + first * product.B.RowStride : packedB + (nint)(j - InPlaceB * lanes) * depth;
                var bStep = inPlaceB ? product.B.RowStride : lanes;
                for (var i = 0; i < rows; i += tileRows)
                {
                    var height = Math.Min(tileRows, rows - i);
                    var inPlace = InPlaceA(height);
                    var a = inPlace ? product.A.Data + (row + i) * product.A.RowStride + first * product.A.ColumnStride : packedA + (nint)i * depth;
                    var walk = inPlace ? new Walk(1, depth, product.A.RowStride, product.A.ColumnStride, 0, bStep) : new Walk(1, depth, 1, GemmKernel.RowsFor(height), 0, bStep);
                    var c = product.C.Data + (row + i) * product.C.RowStride + column + j;
                    var from = go ? c : product.Bias != null ? product.Bias + column + j : null;
                    var fromStep = go ? product.C.RowStride : 0;
                    GemmKernel.Tile<V>(height, width, walk, a, b, c, product.C.RowStride, from, fromStep, corner);
                }
            }
        }
    }
}
