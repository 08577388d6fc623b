using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>
/// Pixels of the target that the same taps reach. <paramref name="Top"/>, <paramref name="Left"/>: where the first tap of its first pixel lies in the source; <paramref name="FirstTap"/>: the
/// tap of the kernel that its last one is; <paramref name="TapsBefore"/>: taps of earlier phases.
/// </summary>
internal readonly record struct Phase(int Top, int Left, int TapRows, int TapColumns, int Rows, int Columns, int FirstRow, int FirstColumn, int FirstTap, int TapsBefore)
{
    public int Taps => TapRows * TapColumns;
}

/// <summary>Makes images from images.</summary>
internal sealed unsafe class ImageSweep(ConvolutionShape shape, Phase[] phases, int tier)
{
    private readonly int lanes = Convolution.Lanes(tier);
    private float* packed;
    private int top, left, span, framed, bandRows, bands;

    public required float* Source, Target, Weight, Bias;
    public required int Height, Width, Channels, Stride, TargetHeight, TargetWidth, Columns, Spread;
    public required bool Add;
    public required Activation Activation;
    public bool Turned; // from small to large: the kernel is read from its end, channels of the target across

    private int PanelCount => (Columns + lanes - 1) / lanes;

    public void Run(Gang gang)
    {
        packed = gang.Own.Right((nint)shape.KernelHeight * shape.KernelWidth * Channels * PanelCount * lanes + Panels.Slack);
        foreach (var phase in phases)
            for (var panel = 0; panel < PanelCount; panel++) PackWeight(phase, panel);
        CutBands();
        var pieces = shape.Batch * bands;
        var work = (long)shape.SmallHeight * shape.SmallWidth * shape.SmallChannels * shape.KernelHeight * shape.KernelWidth * shape.Channels / bands;
        var each = (int)Math.Clamp(Convolution.Grain / Math.Max(1, work), 1, pieces);
        gang.For((pieces + each - 1) / each, (task, workspace) =>
        {
            for (var piece = task * each; piece < Math.Min(pieces, (task + 1) * each); piece++) Band(piece / bands, piece % bands * bandRows, workspace);
        });
    }

    /// <summary>The frame that holds what all phases read, and how many rows of it fit the cache.</summary>
    private void CutBands()
    {
        int bottom = int.MinValue, right = int.MinValue, rows = 1;
        (top, left) = (int.MaxValue, int.MaxValue);
        foreach (var phase in phases)
        {
            (top, left) = (Math.Min(top, phase.Top), Math.Min(left, phase.Left));
            (bottom, right) = (Math.Max(bottom, phase.Top + phase.TapRows), Math.Max(right, phase.Left + (phase.Columns - 1) * Stride + phase.TapColumns));
            rows = Math.Max(rows, phase.Rows);
        }
        (span, framed) = (Math.Max(1, bottom - top), Math.Max(1, right - left));
        bandRows = Math.Clamp((Convolution.BandFloats / (framed * Channels) - span) / Stride + 1, 1, rows);
        bands = (rows + bandRows - 1) / bandRows;
        bandRows = (rows + bands - 1) / bands;
        bands = (rows + bandRows - 1) / bandRows;
    }

    private void PackWeight(in Phase phase, int panel)
    {
        var (first, width) = (panel * lanes, Math.Min(lanes, Columns - panel * lanes));
        var to = packed + ((nint)phase.TapsBefore * PanelCount + (nint)panel * phase.Taps) * Channels * lanes;
        for (var tap = 0; tap < phase.Taps; tap++, to += Channels * lanes)
        {
            var (row, column) = (tap / phase.TapColumns, tap % phase.TapColumns);
            var from = Turned
                ? phase.FirstTap + (phase.TapRows - 1 - row) * Spread * shape.KernelWidth + (phase.TapColumns - 1 - column) * Spread
                : tap;
            var source = Weight + (nint)from * shape.Channels * shape.SmallChannels;
            if (Turned) Panels.Pack(source + (nint)first * Channels, Channels, 1, width, Channels, to, lanes);
            else Panels.Pack(source + first, 1, Columns, width, Channels, to, lanes);
        }
    }

    private void Band(int image, int first, Workspace workspace)
    {
        var target = Target + (nint)image * TargetHeight * TargetWidth * Columns;
        var rows = (bandRows - 1) * Stride + span;
        var frame = workspace.Left(((nint)rows * framed + Stride) * Channels + Panels.Slack); // a tile rounded up reads a patch more, and drops what comes of it
        Convolution.Frame(Source + (nint)image * Height * Width * Channels, Height, Width, Channels, top + first * Stride, left, rows, framed, frame);
        foreach (var phase in phases)
        {
            var end = Math.Min(phase.Rows, first + bandRows);
            switch (tier)
            {
                case 512: Tiles<Float512>(phase, frame, target, first, end); break;
                case 256: Tiles<Float256>(phase, frame, target, first, end); break;
                default: Tiles<Float1>(phase, frame, target, first, end); break;
            }
        }
        if (Activation == Activation.None) return;
        for (var i = 0; i < phases.Length; i += Spread) // one phase of each row
            for (var row = first; row < Math.Min(phases[i].Rows, first + bandRows); row++)
            {
                var line = target + (nint)(phases[i].FirstRow + row * Spread) * TargetWidth * Columns;
                ActivationKernels.Apply(Activation, line, line, TargetWidth * Columns);
            }
    }

    [SkipLocalsInit]
    private void Tiles<V>(in Phase phase, float* frame, float* target, int first, int end) where V : struct, ILanes<V, float>
    {
        var corner = stackalloc float[GemmKernel.CornerSize];
        var walk = new Walk(phase.TapRows, phase.TapColumns * Channels, Stride * Channels, 1, (framed - phase.TapColumns) * Channels, lanes);
        var height = Convolution.TileRows(tier, phase.Columns);
        frame += ((phase.Top - top) * framed + phase.Left - left) * Channels;
        target += ((nint)phase.FirstRow * TargetWidth + phase.FirstColumn) * Columns;
        for (var panel = 0; panel < PanelCount; panel++)
        {
            var width = Math.Min(lanes, Columns - panel * lanes);
            var b = packed + ((nint)phase.TapsBefore * PanelCount + (nint)panel * phase.Taps) * Channels * lanes;
            var bias = Bias == null ? null : Bias + panel * lanes;
            for (var row = first; row < end; row++)
            {
                var a = frame + (row - first) * Stride * framed * Channels;
                var c = target + (nint)row * Spread * TargetWidth * Columns + panel * lanes;
                for (var x = 0; x < phase.Columns; x += height, a += height * Stride * Channels, c += height * Spread * Columns)
                    GemmKernel.Tile<V>(Math.Min(height, phase.Columns - x), width, walk, a, b, c, Spread * Columns, Add ? c : bias, Add ? Spread * Columns : 0, corner);
            }
        }
    }
}
