using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Profiles;

/// <summary>What a person should look at in a column.</summary>
internal static class ColumnWarnings
{
    public static ImmutableArray<Warning> Of(ColumnProfile column, long rows, bool writtenNumbers)
    {
        var warnings = ImmutableArray.CreateBuilder<Warning>();
        void Warn(string code, string message) => warnings.Add(new Warning(code, message));

        if (rows > 0 && column.Present == 0) Warn("all-missing", $"`{column.Name}` has no value in any row; leave it out or find out why");
        else if (column.MissingShare > 0.5) Warn("mostly-missing", string.Create(CultureInfo.InvariantCulture, $"`{column.Name}` has no value in {column.MissingShare:P0} of the rows; what is learnt of it rests on the few others"));
        if (column.Present > 1 && column.Distinct == 1) Warn("constant", $"`{column.Name}` has the same value wherever it has one; it tells nothing");
        if (column.Kind == ColumnKind.Integer && column.Present >= 100 && column.Distinct >= 0.95 * column.Present)
            Warn("near-unique", $"`{column.Name}` is a whole number that hardly repeats; if it names a row, declare it an identifier (--column {column.Name}=identifier)");
        if (writtenNumbers)
            Warn("written-numbers", $"`{column.Name}` holds numbers written with a sign, a unit or a comma; they are read as texts, so that neither their spread nor their relations are learned: write them plainly (1234.5)");
        if (column.Kind is ColumnKind.Category && column.RareValues > 0)
            Warn("rare-values", string.Create(CultureInfo.InvariantCulture, $"`{column.Name}` has {column.RareValues:N0} values that only a few rows share; they are protected: not shown here and not copied by models"));
        foreach (var form in column.Personal.Take(1))
            Warn("personal-data", $"`{column.Name}` may hold personal data ({form.Title}); its values are not shown here");
        return warnings.ToImmutable();
    }

    /// <summary>A number that may stand for something else: see <see cref="NumberDescription.Sentinel"/>.</summary>
    public static Warning Sentinel(string name, string value) =>
        new("sentinel", $"`{name}` holds {value} far from all other values; if it stands for \"unknown\" or \"more than\", declare it a missing marker");
}
