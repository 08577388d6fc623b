using Semblance.Data;
using Semblance.Models;

namespace Semblance;

/// <summary>Choosing a model by its id.</summary>
public static class ModelChoice
{
    extension(ModelCatalog catalog)
    {
        /// <summary>Id of the model that is used when none is named: the catalogue's first.</summary>
        public string DefaultId => catalog.Entries[0].Id;

        /// <summary>A model by id, with settings, told the column a user would predict if it takes one.</summary>
        /// <param name="id">Catalogue id; null for the default.</param>
        /// <param name="settings">Settings by key.</param>
        /// <param name="target">Column a user would predict, or null. A setting <c>target</c> wins over it.</param>
        /// <exception cref="RecipeException">Unknown model or setting (SB2020 to SB2022).</exception>
        public IModel<Table> Create(string? id, IReadOnlyDictionary<string, string> settings, string? target)
        {
            var model = catalog.Create(id ?? catalog.DefaultId, settings);
            return target is null || settings.ContainsKey("target") || !ModelSettings.Of(model).ContainsKey("target") ? model
                : ModelSettings.With(model, [KeyValuePair.Create("target", target)]);
        }
    }
}
