using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Semblance.Rules;

namespace Semblance;

/// <summary>Balances as text; <c>docs/controls.md</c> describes them.</summary>
public static class BalanceWords
{
    private const string MissingWord = "missing", WithMissing = "with missing";

    extension(Balance balance)
    {
        /// <summary>Parses the balance and checks it against a schema.</summary>
        /// <exception cref="RecipeException">It can't be read (SB2100), or its shares make no sense (SB2101).</exception>
        /// <exception cref="SchemaException">No such column (SB1202).</exception>
        public BoundBalance Bind(Schema schema) => new Reading(balance.Text).All(schema);
    }

    private sealed class Reading(string text)
    {
        private int at;

        public BoundBalance All(Schema schema)
        {
            var columns = ImmutableArray.CreateBuilder<int>();
            var withMissing = ImmutableArray.CreateBuilder<bool>();
            do
            {
                var (name, missing) = Column();
                var index = schema.Require(name, "balance");
                if (columns.Contains(index)) throw Bad($"column `{name}` stands twice");
                columns.Add(index);
                withMissing.Add(missing);
            }
            while (Take(','));
            var groups = ImmutableArray.CreateBuilder<BalanceGroup>();
            if (Take(':'))
                do groups.Add(Group(columns.Count));
                while (Take(','));
            if (at < text.Length) throw Bad("here a comma or the end should stand");
            return new(columns.ToImmutable(), withMissing.ToImmutable(), Shared(groups));
        }

        private (string Name, bool WithMissing) Column()
        {
            Skip();
            if (at < text.Length && text[at] == '`')
            {
                var quoted = Quoted('`');
                var rest = Until(",:").Trim();
                if (rest.Length > 0 && rest != WithMissing) throw Bad($"after a column only `{WithMissing}` may stand, not `{rest}`");
                return (quoted, rest.Length > 0);
            }
            var bare = Until(",:").Trim();
            var missing = bare.EndsWith(" " + WithMissing, StringComparison.Ordinal);
            if (missing) bare = bare[..^WithMissing.Length].Trim();
            return bare.Length > 0 ? (bare, missing) : throw Bad("here the name of a column should stand");
        }

        private BalanceGroup Group(int columns)
        {
            var start = at;
            var values = ImmutableArray.CreateBuilder<string?>();
            string share;
            while (true)
            {
                Skip();
                if (at < text.Length && text[at] == '\'')
                {
                    values.Add(Quoted('\''));
                    Skip();
                    if (Take('/')) continue;
                    share = Until(",").Trim();
                    break;
                }
                var bare = Until("/,").Trim();
                if (Take('/'))
                {
                    values.Add(Value(bare));
                    continue;
                }
                var space = bare.LastIndexOf(' ');
                if (space < 0) throw Bad($"`{bare}`: after a value its share should stand, such as {(bare.Length == 0 ? "'yes'" : bare)} 0.5");
                values.Add(Value(bare[..space].Trim()));
                share = bare[(space + 1)..];
                break;
            }
            var written = text[start..at].Trim();
            if (!double.TryParse(share, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number <= 0 || number > 1e9)
                throw new RecipeException("SB2101", $"balance `{text}`: `{share}` in `{written}` is no share above 0; leave a group out to get none of it");
            if (values.Count != columns)
                throw Bad($"`{written}` has {values.Count} value{(values.Count == 1 ? "" : "s")} for {columns} column{(columns == 1 ? "" : "s")}; values are separated by /, and a value with a / in it goes in single quotes");
            return new(values.ToImmutable(), number);
        }

        private string? Value(string bare) => bare.Length == 0 ? throw Bad("here a value should stand") : bare == MissingWord ? null : bare;

        /// <summary>Shares that add up to 1: given so, or as whole numbers in proportion.</summary>
        private ImmutableArray<BalanceGroup> Shared(ImmutableArray<BalanceGroup>.Builder groups)
        {
            if (groups.Count == 0) return [];
            for (var i = 0; i < groups.Count; i++)
                for (var j = 0; j < i; j++)
                    if (groups[i].Values.SequenceEqual(groups[j].Values)) throw new RecipeException("SB2101", $"balance `{text}`: the group `{string.Join('/', groups[i].Values.Select(v => v ?? MissingWord))}` stands twice; keep one");
            double sum = 0;
            var whole = true;
            foreach (var group in groups)
            {
                sum += group.Share;
                whole &= group.Share == Math.Floor(group.Share);
            }
            if (!whole && Math.Abs(sum - 1) > 1e-6)
                throw new RecipeException("SB2101", string.Create(CultureInfo.InvariantCulture, $"balance `{text}`: the shares add up to {sum:0.######}; make them add up to 1, or give whole numbers in proportion (3, 1)"));
            return [.. groups.Select(g => g with { Share = g.Share / sum })];
        }

        private string Quoted(char quote)
        {
            var value = new StringBuilder();
            for (at++; at < text.Length; at++)
            {
                if (text[at] != quote) value.Append(text[at]);
                else if (at + 1 < text.Length && text[at + 1] == quote) value.Append(text[at++]);
                else
                {
                    at++;
                    return value.ToString();
                }
            }
            throw Bad($"the quote {quote} is not closed");
        }

        private string Until(string ends)
        {
            var start = at;
            while (at < text.Length && !ends.Contains(text[at])) at++;
            return text[start..at];
        }

        private void Skip()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        }

        private bool Take(char sign)
        {
            Skip();
            if (at >= text.Length || text[at] != sign) return false;
            at++;
            return true;
        }

        private RecipeException Bad(string why) => new("SB2100", $"balance `{text}`, character {Math.Min(at + 1, text.Length + 1)}: {why}; write it as income, or sex, income, or income: '<=50K' 0.7, '>50K' 0.3");
    }
}
