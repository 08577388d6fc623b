using Semblance.Codecs;
using Semblance.Data;

namespace Semblance.Models;

/// <summary>A model that is told how to cut columns.</summary>
internal interface IEncodes
{
    /// <summary>Columns that are cut otherwise than usual.</summary>
    ColumnEncodings Encoding { get; }
}

/// <summary>Telling a model how to cut columns.</summary>
internal static class EncodedModel
{
    extension(IModel<Table> model)
    {
        /// <summary>The model with some columns cut otherwise, beside what it was told before.</summary>
        /// <exception cref="RecipeException">It knows of no columns (SB2021).</exception>
        public IModel<Table> With(ColumnEncodings more) => more.IsEmpty ? model
            : ModelSettings.With(model, [KeyValuePair.Create("encoding", (model is IEncodes told ? told.Encoding.With(more) : more).ToString())]);
    }
}
