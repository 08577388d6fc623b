using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Makes a weight from images: its rows are (kernel row, kernel column, channel), the last two of which lie side by side in a frame, its chains run over pixels.</summary>
internal sealed unsafe class WeightSweep
{
    private readonly ConvolutionShape shape;
    private readonly int tier, lanes, line, height, tiles, panels, framed, bandRows;

    public required float* Large, Small, Weight, Bias;
    public required bool Add, AddBias;

    public WeightSweep(in ConvolutionShape shape, int tier)
    {
        (this.shape, this.tier) = (shape, tier);
        lanes = Convolution.Lanes(tier);
        line = shape.KernelWidth * shape.Channels;
        height = Convolution.TileRows(tier, line);
        tiles = (line + height - 1) / height;
        panels = (shape.SmallChannels + lanes - 1) / lanes;
        framed = (shape.SmallWidth - 1) * shape.Stride + shape.KernelWidth;
        var floats = framed * shape.Channels * shape.Stride + shape.SmallWidth * shape.SmallChannels;
        bandRows = Math.Clamp(Convolution.BandFloats / floats, 1, shape.SmallHeight);
    }

    /// <summary>Tiles of the weight.</summary>
    public int Units => panels * shape.KernelHeight * tiles;

    public void Run(int from, int to, Workspace workspace)
    {
        for (var image = 0; image < shape.Batch; image++)
            for (var row = 0; row < shape.SmallHeight; row += bandRows)
            {
                var rows = Math.Min(bandRows, shape.SmallHeight - row);
                var count = (rows - 1) * shape.Stride + shape.KernelHeight;
                var frame = workspace.Left((nint)count * framed * shape.Channels + Panels.Slack);
                Convolution.Frame(Large + (nint)image * shape.Height * shape.Width * shape.Channels, shape.Height, shape.Width, shape.Channels, row * shape.Stride - shape.Padding, -shape.Padding, count, framed, frame);
                var pixels = Small + ((nint)image * shape.SmallHeight + row) * shape.SmallWidth * shape.SmallChannels;
                var started = image > 0 || row > 0;
                switch (tier)
                {
                    case 512: Tiles<Float512>(frame, pixels, rows, from, to, started, workspace); break;
                    case 256: Tiles<Float256>(frame, pixels, rows, from, to, started, workspace); break;
                    default: Tiles<Float1>(frame, pixels, rows, from, to, started, workspace); break;
                }
            }
    }

    [SkipLocalsInit]
    private void Tiles<V>(float* frame, float* pixels, int rows, int from, int to, bool started, Workspace workspace) where V : struct, ILanes<V, float>
    {
        var corner = stackalloc float[GemmKernel.CornerSize];
        var step = shape.Stride * shape.Channels;
        var jump = (framed - shape.SmallWidth) * step;
        var unity = 1f;
        float* cut = null;
        for (var unit = from; unit < to; unit++)
        {
            var (panel, tile) = (unit / (shape.KernelHeight * tiles), unit % (shape.KernelHeight * tiles));
            var (kernelRow, lane) = (tile / tiles, tile % tiles * height);
            var width = Math.Min(lanes, shape.SmallChannels - panel * lanes);
            var b = pixels + panel * lanes;
            var stepB = shape.SmallChannels;
            if (width != lanes && width != V.Count) // a panel cut off by the edge would read beyond it
            {
                if (cut == null)
                {
                    cut = workspace.Right((nint)rows * shape.SmallWidth * lanes + Panels.Slack);
                    Panels.Pack(b, 1, stepB, width, rows * shape.SmallWidth, cut, lanes);
                }
                b = cut;
                stepB = lanes;
            }
            var walk = new Walk(rows, shape.SmallWidth, 1, step, jump, stepB);
            var c = Weight + ((nint)kernelRow * line + lane) * shape.SmallChannels + panel * lanes;
            GemmKernel.Tile<V>(Math.Min(height, line - lane), width, walk, frame + kernelRow * framed * shape.Channels + lane, b, c, shape.SmallChannels, Add || started ? c : null, shape.SmallChannels, corner);
            if (Bias == null || tile > 0) continue;
            var sums = Bias + panel * lanes;
            GemmKernel.Tile<V>(1, width, new Walk(1, rows * shape.SmallWidth, 0, 0, 0, stepB), &unity, b, sums, 0, AddBias || started ? sums : null, 0, corner); // a sum is a product with ones
        }
    }
}
