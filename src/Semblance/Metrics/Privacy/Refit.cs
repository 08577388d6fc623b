using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Metrics;

/// <summary>Rows of a model that is fitted anew for an attack and thrown away.</summary>
internal static class Refit
{
    /// <summary>Why an attack that needs a model was not run.</summary>
    public const string NoModel = "not run: no model";

    /// <summary>Fits and generates; null and why, where these rows can't be fitted. The call waits: metrics run on a thread of their own.</summary>
    public static Table? Rows(IModel<Table> model, Table real, long count, Run run, CancellationToken ct, out string why)
    {
        var quiet = run with { Progress = null, Budget = null };
        try
        {
            using var generator = model.FitAsync(real, quiet, ct).GetAwaiter().GetResult();
            var blocks = ImmutableArray.CreateBuilder<Table>();
            foreach (var block in generator.StreamAsync(new Request(count), quiet, ct).ToBlockingEnumerable(ct)) blocks.Add(block);
            why = "";
            return Table.Concatenate(generator.Schema, blocks.ToImmutable());
        }
        catch (SemblanceException error) when (error is FitException or GenerateException)
        {
            why = $"not run: the model could not be fitted for the attack ({error.Message})";
            return null;
        }
    }
}
