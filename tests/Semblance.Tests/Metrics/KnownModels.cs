using System.Runtime.CompilerServices;
using Semblance.Data;

namespace Semblance.Tests.Metrics;

/// <summary>Models of which it is known what they remember.</summary>
internal static class KnownModels
{
    /// <summary>Makes further people of <see cref="Population"/>, whatever it is fitted to.</summary>
    public static IModel<Table> Forgetful => new Model("forgetful", (_, rows, seed) => Population.Sample(rows, seed));

    /// <summary>Makes the rows it was fitted to, one after another.</summary>
    public static IModel<Table> Copying => new Model("copying", (real, rows, _) => real.Take([.. Enumerable.Range(0, rows).Select(i => i % real.Rows)]));

    /// <summary>Makes rows like those it was fitted to, with small changes: see <see cref="NearCopies"/>.</summary>
    public static IModel<Table> Blurring(double share) => new Model("blurring", (real, rows, _) => NearCopies.Of(real.Take([.. Enumerable.Range(0, rows).Select(i => i % real.Rows)]), share));

    /// <summary>Makes every column from that of the rows it was fitted to, shuffled on its own.</summary>
    public static IModel<Table> Shuffling => new Model("shuffling", (real, rows, _) => Population.Shuffled(real.Take([.. Enumerable.Range(0, rows).Select(i => i % real.Rows)])));

    private sealed record Model(string Id, Func<Table, int, ulong, Table> Make) : IModel<Table>
    {
        public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.FromResult<IGenerator<Table>>(new Generator(this, real, run));
    }

    private sealed class Generator(Model model, Table real, Run fit) : IGenerator<Table>
    {
        public Schema Schema => real.Schema;

        public About About => new()
        {
            Model = model.Id, Spec = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty, Seed = fit.Seed, DataFingerprint = "", FittedRows = real.Rows,
        };

        public async IAsyncEnumerable<Table> StreamAsync(Request request, Run run, [EnumeratorCancellation] CancellationToken ct = default)
        {
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            yield return model.Make(real, (int)request.Count, fit.Seed.Value ^ 0x5EED);
        }

        public void Dispose()
        {
        }
    }
}
