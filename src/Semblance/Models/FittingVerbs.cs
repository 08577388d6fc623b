using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Models;

namespace Semblance;

/// <summary>Fit, generate, save.</summary>
public static class FittingVerbs
{
    extension(Table real)
    {
        /// <summary>Fits a model to this table. Rules that hold in every row (a code and its name, a sum) are kept; see <see cref="Constrained"/>.</summary>
        /// <exception cref="FitException">These data can't be fitted.</exception>
        /// <exception cref="RecipeException">SB2024: there is a budget and the model is none that plans.</exception>
        public Task<IGenerator<Table>> FitAsync(IModel<Table> model, Run run, CancellationToken ct = default)
        {
            var constrained = model as Constrained ?? new Constrained(model);
            RequirePlanner(constrained.Model, run);
            return constrained.FitAsync(real, run, ct);
        }
    }

    extension(IGenerator<Table> generator)
    {
        /// <summary>Generates rows into memory.</summary>
        /// <exception cref="GenerateException">The request can't be met.</exception>
        public Task<Table> GenerateAsync(long count, Run run, CancellationToken ct = default) => generator.GenerateAsync(new Request(count), run, ct);

        /// <summary>Generates into memory what is asked for.</summary>
        /// <exception cref="GenerateException">The request can't be met.</exception>
        public async Task<Table> GenerateAsync(Request request, Run run, CancellationToken ct = default)
        {
            var blocks = ImmutableArray.CreateBuilder<Table>();
            await foreach (var block in generator.StreamAsync(request, run, ct).ConfigureAwait(false)) blocks.Add(block);
            return Table.Concatenate(generator.Schema, blocks.ToImmutable());
        }

        /// <summary>Saves a fitted model to a <c>.semblance</c> file: written beside and renamed, so an interrupted save leaves the old file or none.</summary>
        public Task SaveAsync(string path, CancellationToken ct = default) => TabularFile.Pack(generator).WriteAsync(path, ct);

        /// <summary>Saves a fitted model to a stream.</summary>
        public Task SaveAsync(Stream stream, CancellationToken ct = default) => TabularFile.Pack(generator).WriteAsync(stream, ct);
    }

    /// <summary>Refuses a budget for a model that does not plan.</summary>
    /// <exception cref="RecipeException">SB2024.</exception>
    internal static void RequirePlanner(IModel<Table> model, Run run)
    {
        if (run.Budget is not null && model is not IBudgeted)
            throw new RecipeException("SB2024", $"`{model.Id}` takes the time its settings say, whatever the budget; leave the budget out, or let `auto` choose what fits in it");
    }
}
