using Semblance.Rules;

namespace Semblance.Tests.Rules;

public sealed class ExpressionPropertyTests
{
    private const int Cases = 1_000;

    [Fact]
    public void What_is_printed_parses_to_the_same()
    {
        for (ulong seed = 0; seed < Cases; seed++)
        {
            var term = new RandomTerms(seed).Condition(4);
            var text = term.ToString();
            var parsed = Expression.Parse(text).Root;
            Assert.True(term == parsed, $"seed {seed}: {text} came back as {parsed}");
            Assert.Equal(term.GetHashCode(), parsed.GetHashCode());
        }
    }

    [Fact]
    public void Evaluation_by_column_agrees_with_row_by_row()
    {
        for (ulong seed = 0; seed < Cases; seed++)
        {
            var random = new RandomTerms(seed);
            var term = random.Condition(3);
            var table = random.Table(40);
            var text = term.ToString();
            var mask = new bool[40];
            Expression.Parse(text).Bind(table.Schema).Evaluate(table, mask);
            for (var row = 0; row < mask.Length; row++)
                Assert.True(mask[row] == (new NaiveInterpreter(table, row).Condition(term) == true), $"seed {seed}, row {row}: {text}");
        }
    }

    [Fact]
    public void Column_sets_together_say_what_the_condition_says()
    {
        var (restricted, exact) = (0, 0);
        for (ulong seed = 0; seed < Cases; seed++)
        {
            var random = new RandomTerms(seed);
            var term = new Term.All([random.Condition(2), random.Condition(1), random.Condition(1)]);
            var table = random.Table(40);
            var bound = Expression.Parse(term.ToString()).Bind(table.Schema);
            bool[] whole = new bool[40], parts = new bool[40], mask = new bool[40];
            bound.Evaluate(table, whole);

            var sets = bound.AsColumnSets();
            Array.Fill(parts, true);
            foreach (var restriction in sets.Restrictions)
            {
                restricted++;
                var column = table.Columns[restriction.Index];
                restriction.Evaluate(column, mask);
                for (var row = 0; row < 40; row++)
                {
                    parts[row] &= mask[row];
                    if (column.IsMissing(row)) Assert.Equal(restriction.AllowsMissing, mask[row]);
                    else if (restriction.Numbers is { } numbers)
                    {
                        exact++;
                        var value = column is Semblance.Data.NumberColumn n ? n.Values[row] : ((Semblance.Data.DateTimeColumn)column).Ticks[row];
                        Assert.True(numbers.Contains(value) == mask[row], $"seed {seed}, row {row}, {value} in {numbers}: {restriction.Text}");
                    }
                    if (restriction.IsImpossible) Assert.False(mask[row]);
                }
            }
            if (sets.Residual is { } residual)
            {
                residual.Evaluate(table, mask);
                for (var row = 0; row < 40; row++) parts[row] &= mask[row];
            }
            Assert.True(whole.AsSpan().SequenceEqual(parts), $"seed {seed}: {bound.Text}");
        }
        Assert.True(restricted > Cases && exact > Cases, "too few restrictions arose to prove anything");
    }
}
