using FsCheck;
using FsCheck.Fluent;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

public sealed class NetworkArchiveTests
{
    private static Parameters Net(ulong seed, params Shape[] shapes)
    {
        var parameters = new Parameters(new RandomStream(new Seed(seed), "net"));
        for (var i = 0; i < shapes.Length; i++) parameters.Add($"layer {i}/gewicht ☂", shapes[i], 10);
        return parameters;
    }

    private static async Task<ModelArchive> Through(ModelArchive archive)
    {
        var stream = new MemoryStream();
        await archive.WriteAsync(stream);
        stream.Position = 0;
        return await ModelArchive.ReadAsync(stream);
    }

    private static uint[] Bits(Parameters parameters) => [.. parameters.All.SelectMany(p => p.Values.ToArray()).Select(BitConverter.SingleToUInt32Bits)];

    [Fact]
    public async Task What_is_saved_comes_back_bit_by_bit()
    {
        var shape = from rank in Gen.Choose(1, 4) from a in Gen.Choose(0, 5) from b in Gen.Choose(1, 17) from c in Gen.Choose(1, 3) from d in Gen.Choose(1, 2)
                    select rank switch { 1 => new Shape(b), 2 => new Shape(a, b), 3 => new Shape(c, a, b), _ => new Shape(d, c, a, b) };
        foreach (var shapes in Gen.ListOf(shape).Sample(60, 8))
        {
            using var net = Net(1, [.. shapes]);
            using var other = Net(2, [.. shapes]);
            if (net.All.Any(p => p.Values.Length > 1))
            {
                var some = net.All.First(p => p.Values.Length > 1).Values;
                (some[0], some[^1]) = (-0f, float.Epsilon);
            }
            var archive = new ModelArchive();
            archive.Add("generator", net);
            archive.Add("critic", other);
            var back = await Through(archive);
            using var loaded = Net(3, [.. shapes]);
            loaded.Load(back, "generator");
            Assert.Equal(Bits(net), Bits(loaded));
            loaded.Load(back, "critic");
            Assert.Equal(Bits(other), Bits(loaded));
        }
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "missing", "it has no array `net/layer 1/gewicht ☂`" },
        { "shape", "its array `net/layer 1/gewicht ☂` has the shape 5×3 where 3×5 is needed" },
        { "rank", "its array `net/layer 1/gewicht ☂` has the shape 15 where 3×5 is needed" },
        { "type", "its array `net/layer 1/gewicht ☂` has type F64 where F32 is needed" },
        { "nan", "its array `net/layer 1/gewicht ☂` holds a value that is not a finite number" },
        { "infinite", "its array `net/layer 1/gewicht ☂` holds a value that is not a finite number" },
        { "stray", "its array `net/layer 2/gewicht ☂` belongs to no parameter of the network" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_does_not_fit_is_named_and_changes_nothing(string what, string message)
    {
        using var parameters = Net(1, new Shape(4), new Shape(3, 5));
        var before = Bits(parameters);
        var archive = new ModelArchive();
        archive.Add<float>("net/layer 0/gewicht ☂", new float[4], 4);
        var values = new float[15];
        if (what == "nan") values[7] = float.NaN;
        if (what == "infinite") values[14] = float.NegativeInfinity;
        if (what == "type") archive.Add<double>("net/layer 1/gewicht ☂", new double[15], 3, 5);
        else if (what != "missing") archive.Add<float>("net/layer 1/gewicht ☂", values, what switch { "shape" => [5, 3], "rank" => [15], _ => [3, 5] });
        if (what == "stray") archive.Add<float>("net/layer 2/gewicht ☂", values);
        archive.Add<float>("network/else", values); // begins alike, and is not ours
        foreach (var source in new[] { archive, await Through(archive) })
        {
            var error = Assert.Throws<DataException>(() => parameters.Load(source, "net"));
            Assert.Equal("SB5007", error.Code);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, Bits(parameters));
    }

    /// <summary>Files of a hostile author: any names, shapes and bit patterns. Only a DataException may come of it, or a net of finite numbers.</summary>
    [Fact]
    public async Task Any_other_file_gives_a_DataException_or_finite_numbers()
    {
        var random = new RandomStream(new Seed(9), "hostile").Sequence();
        var (loaded, refused) = (0, 0);
        for (var round = 0; round < 300; round++)
        {
            using var parameters = Net(1, new Shape(2), new Shape(1, 3));
            var archive = new ModelArchive();
            for (var i = 0; i < 2; i++)
            {
                if (random.NextBelow(10) == 0) continue;
                var values = new float[random.NextBelow(8) == 0 ? random.NextBelow(6) : i + 2];
                foreach (ref var value in values.AsSpan()) value = BitConverter.UInt32BitsToSingle(random.NextWord());
                int[] sides = random.NextBelow(6) == 0 ? [values.Length, 1] : i == 0 ? [values.Length] : [1, values.Length];
                archive.Add<float>($"net/layer {(random.NextBelow(10) == 0 ? 7 + i : i)}/gewicht ☂", values, sides);
            }
            var back = await Through(archive);
            try
            {
                parameters.Load(back, "net");
                loaded++;
                Assert.All(parameters.All.SelectMany(p => p.Values.ToArray()), v => Assert.True(float.IsFinite(v)));
            }
            catch (DataException error)
            {
                refused++;
                Assert.Equal("SB5007", error.Code);
            }
        }
        Assert.True(loaded > 20 && refused > 20, $"{loaded} loaded, {refused} refused");
    }
}
