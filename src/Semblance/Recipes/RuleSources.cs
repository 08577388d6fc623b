using System.Runtime.CompilerServices;
using Semblance.Data;
using Semblance.Models;
using Semblance.Rules;

namespace Semblance.Recipes;

/// <summary>Models and profiles that rules name, relative to the folder of the rules file. Each is opened once.</summary>
internal sealed class RuleSources(string folder) : IRuleSources
{
    private readonly Dictionary<string, IRowModel> models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyDictionary<string, ColumnRule>> profiles = new(StringComparer.Ordinal);

    public IRowModel Model(string path)
    {
        var full = Path.Combine(folder, path);
        if (!models.TryGetValue(full, out var model))
            models[full] = model = new ModelRows(Task.Run(() => ModelCatalog.Default.OpenAsync(full)).GetAwaiter().GetResult() as TabularGenerator ?? throw new RecipeException("SB2013", $"`{path}` holds no model of a table"));
        return model;
    }

    public ColumnRule Profile(string path, string column)
    {
        var full = Path.Combine(folder, path);
        if (!profiles.TryGetValue(full, out var columns)) profiles[full] = columns = ProfileFile.Read(full);
        return columns.TryGetValue(column, out var rule) ? rule
            : throw new RecipeException("SB2014", $"the profile `{path}` has no column `{column}`; " + (Nearest.Of(column, columns.Keys) is { } near ? $"did you mean `{near}`?" : $"its columns are {string.Join(", ", columns.Keys.Take(30))}"));
    }

    /// <summary>Rows of a fitted model by number.</summary>
    private sealed class ModelRows(TabularGenerator generator) : IRowModel
    {
        private readonly ConditionalWeakTable<Run, IRowSource> sources = [];

        public Schema Schema => generator.Schema;

        public Table Make(long[] rows, Run run) => sources.GetValue(run, generator.RowsOf).Make(rows);
    }
}
