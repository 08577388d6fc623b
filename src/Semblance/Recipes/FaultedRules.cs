using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Semblance.Data;
using Semblance.Rules;
using Semblance.Transforms;

namespace Semblance.Recipes;

/// <summary>
/// The tables of rules with their faults laid over them, and behind them an answer key for each damaged table, <c>name.faults</c>: row, column, kind of fault, clean value. Rules without faults come out as they are.
/// </summary>
public sealed class FaultedRules : IGenerator<Database>
{
    private readonly RuleSchema rules;
    private readonly FaultLayer?[] layers;

    /// <summary>Checks the faults against the columns they name.</summary>
    /// <param name="rules">The rules.</param>
    /// <exception cref="SchemaException">A fault names a column that is not there (SB1202), or of a kind it can't damage (SB1310).</exception>
    /// <exception cref="RecipeException">A rate is none (SB2190), or a condition can't be read (SB2060 to SB2071).</exception>
    public FaultedRules(RuleSchema rules)
    {
        this.rules = rules;
        layers = [.. rules.Tables.Select((table, t) => table.Faults.IsEmpty ? null : new FaultLayer(table.Faults, rules.Schemas.Tables[t].Schema))];
        // what is damaged is promised no longer: a key that copies or gaps break is none, and nothing can refer to it
        var touched = rules.Tables.Select(Touched).ToArray();
        var keyless = rules.Schemas.Tables.Where((table, t) => rules.Tables[t].Faults.Any(f => f is Fault.Duplicates) || table.Key.Any(touched[t].Contains)).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var tables = rules.Schemas.Tables.Select((table, t) => table with
        {
            Schema = layers[t]?.Damaged ?? table.Schema,
            Key = keyless.Contains(table.Name) ? [] : table.Key,
            ForeignKeys = [.. table.ForeignKeys.Where(f => !keyless.Contains(f.Table) && !f.Columns.Any(touched[t].Contains))],
        }).ToList();
        foreach (var (table, layer) in rules.Schemas.Tables.Zip(layers))
            if (layer is not null) tables.Add(new TableSchema(table.Name + ".faults", new FaultedBlock(new Table([]), [], []).KeyTable(0).Schema));
        Schemas = new DatabaseSchema([.. tables]);
    }

    /// <summary>Names, columns, keys and references: the tables of the rules, then the answer keys.</summary>
    public DatabaseSchema Schemas { get; }

    /// <inheritdoc/>
    public Schema Schema => Schemas.Tables[0].Schema;

    /// <inheritdoc/>
    public About About => rules.About;

    /// <inheritdoc/>
    /// <exception cref="GenerateException">SB4078: a part is asked for of rules with faults, whose copies move the rows behind them.</exception>
    public async IAsyncEnumerable<Database> StreamAsync(Request request, Run run, [EnumeratorCancellation] CancellationToken ct = default)
    {
        if (request.First > 0 && layers.Any(l => l is not null))
            throw new GenerateException("SB4078", "rows of an answer key are counted from the first of all: rules with faults can't be made in parts. Make them from row 0, or leave `faults` out");
        var (clean, damaged) = (new long[layers.Length], new long[layers.Length]); // rows so far
        await foreach (var block in rules.StreamAsync(request, run, ct).ConfigureAwait(false))
        {
            var (tables, keys) = (ImmutableArray.CreateBuilder<Table>(Schemas.Tables.Length), new List<Table>());
            for (var t = 0; t < layers.Length; t++)
            {
                var rows = block.Tables[t];
                if (layers[t] is not { } layer)
                {
                    tables.Add(rows);
                    continue;
                }
                var faulted = layer.Apply(rows, clean[t], run, Schemas.Tables[t].Name);
                tables.Add(faulted.Damaged);
                keys.Add(faulted.KeyTable(damaged[t]));
                clean[t] += rows.Rows;
                damaged[t] += faulted.Damaged.Rows;
            }
            tables.AddRange(keys);
            yield return new Database(Schemas, tables.ToImmutable());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => rules.Dispose();

    /// <summary>Columns whose cells may differ from the clean ones.</summary>
    private static HashSet<string> Touched(TableRule table) =>
    [
        .. table.Faults.SelectMany(fault => fault switch
        {
            Fault.Missing f => [f.Column],
            Fault.Outlier f => [f.Column],
            Fault.Drift f => [f.Column],
            Fault.Label f => [f.Column],
            Fault.Typo f => [f.Column],
            Fault.Format f => [f.Column],
            Fault.Swap f => [f.Column, f.Other],
            _ => Array.Empty<string>(),
        }),
    ];
}
