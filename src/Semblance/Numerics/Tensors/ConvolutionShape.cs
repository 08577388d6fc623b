namespace Semblance.Numerics;

/// <summary>
/// Sizes of a convolution of images: a large side (batch × height × width × channels), a small side, and a kernel (height × width × large channels × small channels) between them. Forward
/// goes from large to small, derivative and transposed convolution from small to large.
/// </summary>
internal readonly record struct ConvolutionShape(int Batch, int Height, int Width, int Channels, int SmallHeight, int SmallWidth, int SmallChannels, int KernelHeight, int KernelWidth, int Stride, int Padding)
{
    /// <summary>The convolution of x, or an error that names it.</summary>
    public static ConvolutionShape Forward(Tensor x, Tensor weight, Tensor? bias, int stride, int padding)
    {
        var (i, w) = Require("Conv2d", x, weight, stride, padding);
        if (w[2] != i[3]) throw Shapes.Unfit("Conv2d", x, weight, "channels of the images (batch×height×width×channels) must be inputs of the weight (height×width×inputs×outputs)");
        if (bias is not null && bias.Count != w[3]) throw Shapes.Unfit("Conv2d", bias, weight, "a bias needs one number for each output of the weight");
        int height = i[1] + 2 * padding - w[0], width = i[2] + 2 * padding - w[1];
        if (height < 0 || width < 0) throw Shapes.Unfit("Conv2d", x, weight, $"the weight is larger than the images with their padding of {padding}");
        return new(i[0], i[1], i[2], i[3], height / stride + 1, width / stride + 1, w[3], w[0], w[1], stride, padding);
    }

    /// <summary>The transposed convolution of x, or an error that names it.</summary>
    public static ConvolutionShape Transposed(Tensor x, Tensor weight, Tensor? bias, int stride, int padding, int outputPadding)
    {
        var (i, w) = Require("ConvTranspose2d", x, weight, stride, padding);
        if (w[3] != i[3]) throw Shapes.Unfit("ConvTranspose2d", x, weight, "channels of the images (batch×height×width×channels) must be inputs of the weight (height×width×outputs×inputs)");
        if (bias is not null && bias.Count != w[2]) throw Shapes.Unfit("ConvTranspose2d", bias, weight, "a bias needs one number for each output of the weight");
        if (outputPadding < 0 || outputPadding >= stride) throw new ArgumentException($"ConvTranspose2d: an output padding of {outputPadding} is not below the stride of {stride}", nameof(outputPadding));
        int height = (i[1] - 1) * stride + w[0] - 2 * padding + outputPadding, width = (i[2] - 1) * stride + w[1] - 2 * padding + outputPadding;
        if (height < 1 || width < 1) throw Shapes.Unfit("ConvTranspose2d", x, weight, $"a padding of {padding} leaves nothing");
        return new(i[0], height, width, w[2], i[1], i[2], i[3], w[0], w[1], stride, padding);
    }

    private static (Shape Images, Shape Weight) Require(string operation, Tensor x, Tensor weight, int stride, int padding)
    {
        if (x.Shape.Rank != 4 || weight.Shape.Rank != 4) throw Shapes.Unfit(operation, x, weight, "both need four dimensions: batch×height×width×channels, and a weight");
        if (stride < 1 || padding < 0) throw new ArgumentException($"{operation}: a stride of {stride} and a padding of {padding} make no sense; the least are 1 and 0", nameof(stride));
        if (x.Count == 0 || weight.Count == 0) throw Shapes.Unfit(operation, x, weight, "neither may be empty");
        return (x.Shape, weight.Shape);
    }
}
