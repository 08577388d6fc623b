using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Models;

/// <summary>One entry of the catalogue.</summary>
/// <param name="Model">The model with its default settings.</param>
/// <param name="Title">Name for a person.</param>
/// <param name="Summary">One sentence: what it is and when to use it.</param>
public sealed record ModelEntry(IModel<Table> Model, string Title, string Summary)
{
    /// <summary>Catalogue id.</summary>
    public string Id => Model.Id;

    internal Func<ModelArchive, TabularParts, ISampler>? Load { get; init; }
}

/// <summary>Every model, by id. Explicit and immutable.</summary>
public sealed class ModelCatalog
{
    private ModelCatalog(ImmutableArray<ModelEntry> entries) => Entries = entries;

    /// <summary>The models that ship.</summary>
    public static ModelCatalog Default { get; } = new(
    [
        new(new Auto(), "Automatic", "Tries what suits the data on an inner holdout and keeps the best; shows its trail."),
        new(new Cart(), "Sequential trees", "Columns one after another by trees on the earlier ones; the strongest general model for tables.") { Load = Cart.Load },
        new(new Argn(), "Autoregressive networks", "Columns one after another, each by a small network on the earlier ones: smooth, private, fast to sample.") { Load = Argn.Load },
        new(new Circuit(), "Probabilistic circuit", "A mixture of trees over the columns: fitted in seconds, exact likelihoods, conditions carried through; the smoothest of the strong models.") { Load = Circuit.Load },
        new(new Arf(), "Adversarial random forest", "Boxes of alike rows, columns independent inside each: fast to fit, exact conditions and completion.") { Load = Arf.Load },
        new(new Tvae(), "Variational autoencoder", "A code for each row and a distribution of all columns from it, drawn at once: smooth, small, very fast to sample.") { Load = Tvae.Load },
        new(new Diffusion(), "Diffusion", "Tokens are unmasked and numbers denoised by two networks: sharp on numbers and their relations, takes minutes, slow to sample.") { Load = Diffusion.Load },
        new(new Ctgan(), "Conditional GAN", "A generator and a critic that learn from each other; for those who want this family: `tvae` is better and quicker.") { Load = Ctgan.Load },
        new(new NGram(), "Words in context", "Texts word by word given their label, for corpora; other columns by `circuit`.") { Load = NGram.Load },
        new(new Copula(), "Gaussian copula", "Marginals and one correlation per pair: coarse and smooth, for small tables and first looks.") { Load = Copula.Load },
        new(new Independent(), "Independent columns", "Right marginals, no relations: the floor.") { Load = Independent.Load },
    ]);

    /// <summary>The entries, best first.</summary>
    public ImmutableArray<ModelEntry> Entries { get; }

    /// <summary>A model by id, with settings.</summary>
    /// <param name="id">Catalogue id.</param>
    /// <param name="settings">Hyper-parameters to change, by name.</param>
    /// <param name="target">Column the user would predict; models that have no use for it do without.</param>
    /// <exception cref="RecipeException">Unknown model (SB2020) or setting (SB2021, SB2022).</exception>
    public IModel<Table> Create(string id, IEnumerable<KeyValuePair<string, string>>? settings = null, string? target = null)
    {
        foreach (var entry in Entries)
        {
            if (entry.Id != id) continue;
            var all = new Dictionary<string, string>(settings ?? [], StringComparer.Ordinal);
            if (target is not null && ModelSettings.Of(entry.Model).ContainsKey("target")) all.TryAdd("target", target);
            return ModelSettings.With(entry.Model, all);
        }
        var near = Nearest.Of(id, Entries.Select(e => e.Id));
        throw new RecipeException("SB2020", $"there is no model `{id}`; " + (near is not null ? $"did you mean `{near}`?" : $"the models are {string.Join(", ", Entries.Select(e => e.Id))}"));
    }

    /// <summary>Opens a fitted model from a <c>.semblance</c> file. Runs no code from it; every size is bounded.</summary>
    /// <exception cref="DataException">Not a model file, damaged, or of another version (SB50xx).</exception>
    public async Task<IGenerator<Table>> OpenAsync(string path, CancellationToken ct = default) => TabularFile.Read(this, await ModelArchive.ReadAsync(path, ct));

    /// <summary>Opens a fitted model from a stream.</summary>
    /// <exception cref="DataException">Not a model file, damaged, or of another version (SB50xx).</exception>
    public async Task<IGenerator<Table>> OpenAsync(Stream stream, CancellationToken ct = default) => TabularFile.Read(this, await ModelArchive.ReadAsync(stream, ct));
}
