using System.Buffers.Binary;
using System.IO.Compression;
using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors.Examples;

/// <summary>Grey images of 28 × 28 pixels in ten classes.</summary>
internal sealed record LabelledImages(string Name, byte[] Pixels, int[] Labels)
{
    public const int Side = 28, Classes = 10;

    public int Count => Labels.Length;

    /// <summary>Images and labels of a data set under ../shared/data/images (IDX files, compressed), or null where it is absent.</summary>
    public static LabelledImages? Find(string set, string part)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "Semblance.slnx"))) continue;
            var folder = Path.Combine(at.FullName, "../shared/data/images", set);
            return Directory.Exists(folder)
                ? new(set, Idx(Path.Combine(folder, $"{part}-images-idx3-ubyte.gz")), [.. Idx(Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz")).Select(b => (int)b)])
                : null;
        }
        return null;
    }

    /// <summary>Ten kinds of figures at random places, sizes and strengths, in noise.</summary>
    public static LabelledImages Drawn(int count)
    {
        var (pixels, labels) = (new byte[count * Side * Side], new int[count]);
        for (var i = 0; i < count; i++)
        {
            var random = new RandomStream(new Seed(1), "figures").Sequence(i);
            labels[i] = i % Classes;
            double x = 10 + 8 * random.NextUnit(), y = 10 + 8 * random.NextUnit(), size = 5 + 4 * random.NextUnit(), pen = 1 + random.NextUnit(), strength = 90 + 100 * random.NextUnit();
            for (var p = 0; p < Side * Side; p++)
            {
                var noise = 60 * random.NextUnit();
                pixels[i * Side * Side + p] = (byte)(noise + (Inside(labels[i], p % Side - x, p / Side - y, size, pen) ? strength : 0));
            }
        }
        return new("drawn figures", pixels, labels);
    }

    /// <summary>The first images, and those after them.</summary>
    public (LabelledImages First, LabelledImages Others) Split(int count) =>
        (new(Name, Pixels[..(count * Side * Side)], Labels[..count]), new(Name, Pixels[(count * Side * Side)..], Labels[count..]));

    /// <summary>Some of them as a tensor, from 0 to 1.</summary>
    public Tensor Batch(Tape tape, ReadOnlySpan<int> rows)
    {
        var tensor = tape.Input(new Shape(rows.Length, Side, Side, 1));
        var to = tensor.Values;
        for (var i = 0; i < rows.Length; i++)
        {
            var from = Pixels.AsSpan(rows[i] * Side * Side, Side * Side);
            for (var p = 0; p < from.Length; p++) to[i * Side * Side + p] = from[p] / 255f;
        }
        return tensor;
    }

    public int[] LabelsOf(ReadOnlySpan<int> rows)
    {
        var labels = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++) labels[i] = Labels[rows[i]];
        return labels;
    }

    private static bool Inside(int kind, double dx, double dy, double size, double pen)
    {
        var (ax, ay, r) = (Math.Abs(dx), Math.Abs(dy), Math.Sqrt(dx * dx + dy * dy));
        return kind switch
        {
            0 => Math.Abs(r - size) < pen, // circle
            1 => r < size, // disc
            2 => Math.Max(ax, ay) < size && Math.Max(ax, ay) > size - 2 * pen, // frame
            3 => Math.Max(ax, ay) < size * 0.9, // square
            4 => Math.Max(ax, ay) < size && Math.Min(ax, ay) < pen, // plus
            5 => Math.Max(ax, ay) < size && Math.Abs(ax - ay) < 1.4 * pen, // cross
            6 => ax < size && ay < pen, // bar
            7 => ay < size && ax < pen, // post
            8 => ay < size && ax < (dy + size) / 2, // triangle
            _ => ay < size && ax < (size - dy) / 2, // the same on its tip
        };
    }

    /// <summary>The bytes of an IDX file: two zeros, the type (8: bytes), the number of dimensions, their lengths, the values.</summary>
    private static byte[] Idx(string path)
    {
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        Span<byte> head = stackalloc byte[16];
        file.ReadExactly(head[..4]);
        if (head[0] != 0 || head[1] != 0 || head[2] != 8 || head[3] is not (1 or 3)) throw new InvalidDataException($"{path} is no IDX file of bytes");
        var (dimensions, count) = (head[3], 1);
        file.ReadExactly(head[..(4 * dimensions)]);
        for (var i = 0; i < dimensions; i++) count = checked(count * BinaryPrimitives.ReadInt32BigEndian(head[(4 * i)..]));
        if (count > 100_000 * Side * Side) throw new InvalidDataException($"{path} claims {count} bytes");
        var values = new byte[count];
        file.ReadExactly(values);
        return values;
    }
}
