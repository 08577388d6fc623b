using Semblance.Formats;
using Semblance.Models;
using Semblance.Numerics;
using Semblance.Tests.Contracts;
using Xunit.Abstractions;

namespace Semblance.Tests.Recipes;

/// <summary>Model files whose checksum is right and whose contents are not: as somebody would make them who wants to break the program.</summary>
public sealed class HostileModelTests(ITestOutputHelper output)
{
    public static TheoryData<string> Models => [.. ModelCatalog.Default.Entries.Select(e => e.Id)];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Changed_contents_load_or_are_refused_but_never_break_the_program(string id)
    {
        var run = Run.With(1) with { Threads = 1 };
        using var generator = await WorstCase.Table.FitAsync(ModelCatalog.Default.Create(id), run);
        var file = new MemoryStream();
        await generator.SaveAsync(file);
        var inner = ZipContainer.Read(file.ToArray(), [("model.json", 1 << 24), ("arrays.safetensors", 1 << 28)], ArchiveLimits.Default, "it");
        var random = run.Stream("tests/hostile/" + id).Sequence();
        int loaded = 0, refused = 0;
        var broken = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var trial = 0; trial < 100; trial++)
        {
            var parts = new[] { inner[0].ToArray(), inner[1].ToArray() };
            var part = parts[trial % 2];
            // One byte of the description, or a run of numbers: small lies are the ones that get far.
            var at = random.NextBelow(part.Length);
            if (trial % 2 == 0) part[at] = (byte)"0123456789-e.,:[]{}\"\\aZ"[random.NextBelow(22)];
            else for (var i = at & ~7; i < Math.Min(part.Length, (at & ~7) + 8 * (1 + random.NextBelow(4))); i++) part[i] = random.NextBelow(3) == 0 ? (byte)255 : (byte)random.NextWord();
            var hostile = new MemoryStream();
            await ZipContainer.WriteAsync(hostile, [("model.json", parts[0]), ("arrays.safetensors", parts[1])], ArchiveLimits.Default, default);
            hostile.Position = 0;
            try
            {
                using var opened = await ModelCatalog.Default.OpenAsync(hostile);
                var made = await opened.GenerateAsync(20, run);
                await made.WriteAsync(Stream.Null);
                loaded++;
            }
            catch (SemblanceException) { refused++; }
            catch (Exception e)
            {
                var where = e.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("Semblance.", StringComparison.Ordinal))?.Trim() ?? "";
                var key = $"{e.GetType().Name}: {e.Message} {where}";
                broken[key] = broken.GetValueOrDefault(key) + 1;
            }
        }
        output.WriteLine($"{id}: {loaded} loaded, {refused} refused");
        Assert.True(broken.Count == 0, string.Join('\n', broken.Select(b => $"{b.Value} x {b.Key}")));
    }
}
