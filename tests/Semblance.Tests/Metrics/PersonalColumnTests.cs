using System.Text;
using Semblance.Data;
using Semblance.Metrics;

namespace Semblance.Tests.Metrics;

public sealed class PersonalColumnTests
{
    [Theory]
    [InlineData("contact", ColumnKind.Identifier)]
    [InlineData("contact", ColumnKind.Text)]
    public async Task Made_up_addresses_do_not_give_safe_data_away(string name, ColumnKind kind)
    {
        Table real = With(Population.Sample(600, 1), "u{0}@longer-company-name.com"), unseen = With(Population.Sample(600, 2), "u{0}@longer-company-name.com");
        var synthetic = With(Population.Sample(600, 3), "mail{0}@example.org");
        var card = await synthetic.EvaluateAsync(against: real, holdout: unseen, target: null, Run.With(1));
        Assert.True(card["fidelity.c2st"].Score.Value > 0.7); // 0 where lengths are seen
        Assert.Contains(card.Notes, n => n.Contains($"`{name}`") && n.Contains("gaps"));

        Table With(Table table, string format)
        {
            var bytes = new List<byte>();
            var ends = new int[table.Rows];
            for (var i = 0; i < ends.Length; i++)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, 1000 + i)));
                ends[i] = bytes.Count;
            }
            return new Table([.. table.Columns, new TextColumn(new ColumnSchema(name, kind), [.. bytes], ends)]);
        }
    }


    [Fact]
    public async Task A_code_of_digits_is_shown_as_it_is_written()
    {
        Table Zips(int rows) => new([Population.Categories("zip", [.. Enumerable.Range(0, rows).Select(i => i % 3 == 0 ? "01067" : "12043")])]);
        var card = await Zips(60).EvaluateAsync(against: Zips(120), holdout: null, target: null, Run.With(1), MetricCatalog.Default.Only("fidelity.shape"));
        Assert.Equal(["12043", "01067"], card.Columns[0].Bins.Select(b => b.Label));
    }
}
