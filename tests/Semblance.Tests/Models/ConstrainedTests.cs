using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Numerics;
using Semblance.Rules;
using Semblance.Tests.Contracts;

namespace Semblance.Tests.Models;

/// <summary>Every generated row keeps every constraint, whatever model draws it and however it is asked for.</summary>
public sealed class ConstrainedTests
{
    private static readonly Run Five = Run.With(5) with { Threads = 2 };
    private static readonly Table Real = PlantedTable.Of(900, 1);

    // days that stand once
    private static readonly Table Keyed = new(
    [
        Real["city"], Real["number"], new DateTimeColumn(new("opened", ColumnKind.DateTime) { Format = "yyyy-MM-dd" }, [.. Enumerable.Range(0, 900).Select(i => new DateTime(2020, 1, 1).AddDays(2 * i).Ticks)]),
    ]);

    private static readonly Dictionary<string, Lazy<Task<byte[]>>> Fitted = ModelCatalog.Default.Entries.ToDictionary(e => e.Id, e => new Lazy<Task<byte[]>>(async () => await Saved(await Fit(e.Model, Real))));

    // `auto` gives one of the others
    public static TheoryData<string> Models => [.. ModelCatalog.Default.Entries.Select(e => e.Id).Where(id => id != "auto")];

    [Fact]
    public void The_planted_table_keeps_them_and_a_broken_one_is_seen()
    {
        Assert.Empty(PlantedTable.Broken(Real, Real));
        var shifted = new Table([.. Real.Columns.Select(c => c.Name is "city" or "icd" or "low" or "price" or "opened" or "red" or "member" ? c.Take([.. Enumerable.Range(0, 900).Select(i => (i + 1) % 900)]) : c)]);
        var seen = PlantedTable.Broken(shifted, Real).Select(b => b.Split(' ')[1]).ToHashSet();
        Assert.Superset(new HashSet<string> { "low", "dates", "total", "wait", "colours", "member" }, seen);
    }

    [Theory, MemberData(nameof(Models))]
    public async Task All_are_kept_in_every_row(string id)
    {
        using var generator = await Open(id);
        Assert.Equal(Real.Schema, generator.Schema);
        var made = await generator.GenerateAsync(2_500, Five);
        Assert.Empty(PlantedTable.Broken(made, Real).Take(20));
        Assert.Contains(generator.About.Notes, n => n.Contains("`combination(city, country)` (asked for)"));
        // what a model leaves out would make the rest easy: gaps and spread are still there
        Assert.InRange(Enumerable.Range(0, made.Rows).Count(made["total"].IsMissing), 25, 700);
        Assert.InRange(Enumerable.Range(0, made.Rows).Select(made["icd"].Text).Distinct().Count(), 7, 7);
        Assert.True(Enumerable.Range(0, made.Rows).Select(made["total"].Text).Distinct().Count() > 500);
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Any_part_alone_and_any_number_of_threads_give_the_same_rows(string id)
    {
        using var generator = await Open(id);
        foreach (var where in new Condition?[] { null, new("city = 'Paris' and age >= 40") })
        {
            var whole = await generator.GenerateAsync(new Request(4_200) { Where = where }, Five);
            Assert.Empty(PlantedTable.Broken(whole, Real).Take(20));
            if (where is not null) Assert.Equal(4_200, whole.Where(where).Rows);
            var part = await generator.GenerateAsync(new Request(150) { First = 4_050, Where = where }, Five with { Threads = 1 });
            Assert.Equal(WorstCase.Bytes(whole.Take([.. Enumerable.Range(4_050, 150)])), WorstCase.Bytes(part));
        }
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Conditions_on_repaired_columns_are_met(string id)
    {
        using var generator = await Open(id);
        foreach (var text in new[] { "diagnosis = 'asthma'", "country = 'CA'", "ward = 'm' and blue", "total > 100", "icd is missing" })
        {
            var made = await generator.GenerateAsync(new Request(100) { Where = new Condition(text) }, Five);
            Assert.Equal(100, made.Where(new Condition(text)).Rows);
            Assert.Empty(PlantedTable.Broken(made, Real).Take(20));
        }
    }

    [Theory, MemberData(nameof(Models))]
    public async Task What_is_loaded_is_what_was_saved(string id)
    {
        using var fitted = await Fit(ModelCatalog.Default.Create(id), Real);
        using var loaded = await Open(id);
        Assert.Equal(WorstCase.Bytes(await fitted.GenerateAsync(800, Five)), WorstCase.Bytes(await loaded.GenerateAsync(800, Five)));
        Assert.Equal(Convert.ToHexString(await Fitted[id].Value), Convert.ToHexString(await Saved(loaded)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Other_random_tables_keep_them_too(ulong seed)
    {
        var real = PlantedTable.Of(400 + 150 * (int)seed, seed);
        foreach (var model in new IModel<Table>[] { new Independent(), new Copula() })
        {
            using var generator = await Fit(model, real);
            Assert.Empty(PlantedTable.Broken(await generator.GenerateAsync(3_000, Run.With(seed)), real).Take(20));
        }
    }

    [Fact]
    public async Task Keys_differ_far_into_ten_million_rows_and_across_shards()
    {
        using var generator = await new Constrained(new Independent()) { Constraints = [Constraint.Parse("unique(number)"), Constraint.Parse("unique(city, opened)")] }.FitAsync(Keyed, Five);
        var seen = new HashSet<string>();
        foreach (var first in new[] { 0, 2_000, 1_000_000, 2_500_000 })
        {
            var made = await generator.GenerateAsync(new Request(2_000) { First = first }, Five);
            for (var row = 0; row < made.Rows; row++) Assert.True(seen.Add(made["number"].Text(row)) & seen.Add(made["opened"].Text(row)));
        }
        // a day each: the calendar ends with the year 9999
        var error = await Assert.ThrowsAsync<GenerateException>(() => generator.GenerateAsync(new Request(1) { First = 9_990_000 }, Five));
        Assert.Equal("SB4040", error.Code);
    }

    [Fact]
    public async Task A_whole_number_differs_in_ten_million_rows()
    {
        using var generator = await new Constrained(new Independent()) { Constraints = [Constraint.Parse("unique(number)")] }.FitAsync(Keyed, Five);
        var seen = new System.Collections.BitArray(12_000_000);
        await foreach (var block in generator.StreamAsync(new Request(300_000) { First = 9_700_000 }, Five))
            foreach (var value in ((NumberColumn)block["number"]).Values)
            {
                Assert.False(seen[(int)value]);
                seen[(int)value] = true;
            }
    }

    [Fact]
    public async Task What_the_profile_finds_in_every_row_is_kept_unasked()
    {
        using var generator = await Real.FitAsync(new Independent(), Five);
        var notes = string.Join('\n', generator.About.Notes);
        Assert.Contains("every row keeps `combination(icd, diagnosis, ward)` (found in every real row)", notes);
        Assert.Contains("`total = price * quantity`", notes);
        var broken = PlantedTable.Broken(await generator.GenerateAsync(2_000, Five), Real).Select(b => b[(b.IndexOf(' ') + 1)..]).ToList();
        Assert.DoesNotContain(broken, b => b.StartsWith("total", StringComparison.Ordinal) || b.Contains("epilepsy", StringComparison.Ordinal));
        using var free = await new Constrained(new Independent()) { KeepFound = false }.FitAsync(Real, Five);
        Assert.DoesNotContain(free.About.Notes, n => n.Contains("every row keeps"));
    }

    [Fact]
    public async Task Data_that_break_a_constraint_are_refused_with_count_and_rows()
    {
        var error = await Assert.ThrowsAsync<FitException>(() => new Constrained(new Independent()) { Constraints = [Constraint.Parse("age < 70")] }.FitAsync(Real, Five));
        Assert.Equal("SB3050", error.Code);
        var rows = Enumerable.Range(0, Real.Rows).Where(r => ((NumberColumn)Real["age"]).Values[r] >= 70).Select(r => r + 1).ToArray();
        Assert.Contains($"in {rows.Length} of 900 rows", error.Message);
        Assert.Contains($"row {rows[0]}, {rows[1]}", error.Message);
        foreach (var text in new[] { "unique(age)", "onehot(red, green)", "total = price + quantity", @"pattern(code, 'INV-\d{5}/[A-F]{2}')", "high < low" })
            Assert.Equal("SB3050", (await Assert.ThrowsAsync<FitException>(() => new Constrained(new Independent()) { Constraints = [Constraint.Parse(text)] }.FitAsync(Real, Five))).Code);
    }

    [Fact]
    public async Task Data_that_break_a_constraint_in_few_rows_are_told_of_and_the_model_keeps_it()
    {
        var said = new List<string>();
        var run = Five with { Progress = new Told(said) };
        using var generator = await new Constrained(new Cart()) { Constraints = [Constraint.Parse("age < 88"), Constraint.Parse("city = 'Paris' or country != 'FR' or age < 70")] }.FitAsync(Real, run);
        var ages = ((NumberColumn)Real["age"]).Values;
        Assert.Contains(said, n => n.StartsWith($"the real data break the constraint `age < 88` in {ages.Count(a => a >= 88)} of 900 rows", StringComparison.Ordinal));
        Assert.Equal(2, said.Count);
        var made = await generator.GenerateAsync(5_000, Five);
        Assert.Equal(5_000, made.Where(new Condition("age < 88 and (city = 'Paris' or country != 'FR' or age < 70)")).Rows);
        Assert.DoesNotContain("break", string.Join(' ', generator.About.Notes)); // a model file tells nothing of single rows
    }

    [Fact]
    public async Task What_a_model_cannot_keep_is_refused()
    {
        // columns of random digits that are equal in every row, as a condition that no formula can mend
        NumberColumn Copy(string name) => new(new(name, ColumnKind.Decimal) { Number = new(0, 2) }, ((NumberColumn)Real["price"]).Values);
        var real = new Table([.. Real.Columns.Where(c => c.Name is "age" or "price"), Copy("copy"), Copy("other")]);
        var error = await Assert.ThrowsAsync<FitException>(() => new Constrained(new Independent()) { Constraints = [Constraint.Parse("abs(price - copy) + abs(price - other) < 0.001")], KeepFound = false }.FitAsync(real, Five));
        Assert.Equal("SB3051", error.Code);
    }

    [Fact]
    public async Task Rare_combinations_are_not_told_and_people_are_refused()
    {
        var random = new RandomStream(new Seed(3), "rare").Sequence();
        var codes = Enumerable.Range(0, 1_000).Select(i => i < 3 ? 9 : random.NextBelow(8)).ToArray();
        string[] towns = ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "unused", "Xanadu of one"], names = ["N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "unused", "Kubla"];
        var real = new Table([new CategoryColumn(new("town", ColumnKind.Category), codes, towns), new CategoryColumn(new("name", ColumnKind.Category), codes, names)]);
        using var generator = await real.FitAsync(new Cart(), Five);
        Assert.Contains(generator.About.Notes, n => n.Contains("combination(town, name)"));
        var made = await generator.GenerateAsync(4_000, Five);
        for (var row = 0; row < made.Rows; row++) Assert.Equal(made["town"].Text(row)[1..], made["name"].Text(row)[1..]);
        Assert.DoesNotContain("Kubla", System.Text.Encoding.UTF8.GetString(await Contents(generator)));

        var mails = Enumerable.Range(0, 8).Select(i => $"person{i}@mail-server.org").ToArray();
        var people = new Table([new CategoryColumn(new("town", ColumnKind.Category), codes.Select(c => c % 8).ToArray(), towns), new CategoryColumn(new("email", ColumnKind.Category), codes.Select(c => c % 8).ToArray(), mails)]);
        var error = await Assert.ThrowsAsync<FitException>(() => new Constrained(new Independent()) { Constraints = [Constraint.Parse("combination(town, email)")] }.FitAsync(people, Five));
        Assert.Equal("SB3052", error.Code);
        using var unasked = await people.FitAsync(new Independent(), Five);
        Assert.DoesNotContain("mail-server", System.Text.Encoding.UTF8.GetString(await Contents(unasked)));
    }

    [Fact]
    public async Task Changed_files_load_or_are_refused_but_never_break_the_program()
    {
        var inner = ZipContainer.Read(await Fitted["independent"].Value, [("model.json", 1 << 24), ("arrays.safetensors", 1 << 28)], ArchiveLimits.Default, "it");
        var random = Five.Stream("tests/hostile/constraints").Sequence();
        // the description of constraints, and the arrays that hold what repairs have learnt
        var json = System.Text.Encoding.UTF8.GetString(inner[0]).IndexOf("\"constraints\"", StringComparison.Ordinal);
        int loaded = 0, refused = 0;
        for (var trial = 0; trial < 40; trial++)
        {
            var parts = new[] { inner[0].ToArray(), inner[1].ToArray() };
            if (trial % 3 == 0) parts[0][json + random.NextBelow(Math.Min(2_000, parts[0].Length - json))] = (byte)"0123456789-e.,:[]{}\"\\aZ()"[random.NextBelow(24)];
            else
            {
                var at = 8 * random.NextBelow(parts[1].Length / 8);
                for (var i = at; i < Math.Min(parts[1].Length, at + 8 * (1 + random.NextBelow(4))); i++) parts[1][i] = random.NextBelow(3) == 0 ? (byte)255 : (byte)random.NextWord();
            }
            var hostile = new MemoryStream();
            await ZipContainer.WriteAsync(hostile, [("model.json", parts[0]), ("arrays.safetensors", parts[1])], ArchiveLimits.Default, default);
            hostile.Position = 0;
            try
            {
                using var opened = await ModelCatalog.Default.OpenAsync(hostile);
                await (await opened.GenerateAsync(5, Five)).WriteAsync(Stream.Null);
                loaded++;
            }
            catch (SemblanceException) { refused++; }
        }
        Assert.True(loaded > 0 && refused > 0, $"{loaded} loaded, {refused} refused");
    }

    [Fact]
    public async Task What_nearly_holds_is_proposed_in_words_that_can_be_given_back()
    {
        var random = new RandomStream(new Seed(4), "nearly").Sequence();
        int[] code = new int[4_000], name = new int[4_000];
        double[] low = new double[4_000], high = new double[4_000], sum = new double[4_000];
        for (var i = 0; i < code.Length; i++)
        {
            code[i] = random.NextBelow(9);
            name[i] = i % 500 == 3 ? (code[i] + 1) % 9 : code[i];
            low[i] = random.NextBelow(1_000);
            high[i] = i == 77 ? low[i] - 1 : low[i] + random.NextBelow(300);
            sum[i] = low[i] + high[i] + (i % 50 == 0 ? 7 : 0);
        }
        string[] levels = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        NumberColumn Whole(string column, double[] values) => new(new(column, ColumnKind.Integer), values);
        var real = new Table([new CategoryColumn(new("code", ColumnKind.Category), code, levels), new CategoryColumn(new("its name", ColumnKind.Category), name, levels), Whole("low", low), Whole("high", high), Whole("sum", sum)]);
        var said = new List<string>();
        using var plain = await real.FitAsync(new Independent(), Five with { Progress = new Told(said) });
        Assert.Contains("`combination(code, `its name`)` holds in 99.8 % of the rows; to have every row keep it: --constraint 'combination(code, `its name`)'", said);
        Assert.Contains("`low <= high` holds in 99.97 % of the rows; to have every row keep it: --constraint \"low <= high\"", said);
        var proposed = real.Profile(Five).Constraints;
        Assert.Contains(proposed, p => p is { Kept: false, Why: "in 98 % of the rows" } && p.Text == "sum = low + high");

        said.Clear();
        using var keeping = await new Constrained(new Independent()) { Constraints = [.. proposed.Where(p => p.Text != "combination(`its name`, code)").Select(p => Constraint.Parse(p.Text))] }.FitAsync(real, Five with { Progress = new Told(said) });
        Assert.Contains("the real data break the constraint `sum = low + high` in 80 of 4000 rows (of those the model learns from, row 1, 51, 101, 151, 201, ...); generated rows keep it nevertheless", said);
        var made = await keeping.GenerateAsync(3_000, Five);
        Assert.Equal(3_000, made.Where(new Condition("low <= high and sum = low + high and code = `its name`")).Rows);
    }

    [Fact]
    public async Task An_order_is_mended_without_making_rows_rare()
    {
        // a first bill is the sum of all bills: 30 % of the rows have equal values, which a model of ranges puts the wrong way round half the time
        var random = new RandomStream(new Seed(8), "bills").Sequence();
        double[] month = new double[3_000], total = new double[3_000], first = new double[3_000];
        for (var i = 0; i < month.Length; i++)
        {
            first[i] = random.NextBelow(10) < 3 ? 1 : 0;
            month[i] = Math.Round(20 + 80 * random.NextUnit(), 2);
            total[i] = first[i] == 1 ? month[i] : Math.Round(month[i] * (1 + 30 * random.NextUnit()), 2);
        }
        ColumnSchema Number(string name, int decimals) => new(name, decimals == 0 ? ColumnKind.Integer : ColumnKind.Decimal) { Number = new(0, decimals) };
        var real = new Table([new NumberColumn(Number("first", 0), first), new NumberColumn(Number("month", 2), month), new NumberColumn(Number("total", 2), total)]);
        using var generator = await real.FitAsync(new Cart(), Five);
        Assert.Contains(generator.About.Notes, n => n.Contains("`month <= total`"));
        var made = await generator.GenerateAsync(20_000, Five);
        Assert.Equal(20_000, made.Where(new Condition("month <= total")).Rows);
        // 900 of 3,000 give or take: a share beyond .27 to .33 has odds below 1e-4; drawing rows again gave .19
        Assert.InRange(made.Where(new Condition("first = 1")).Rows / 20_000.0, 0.27, 0.33);
    }

    [Fact]
    public async Task A_key_keeps_to_a_range_and_says_when_it_is_full()
    {
        using var generator = await new Constrained(new Independent()) { Constraints = [Constraint.Parse("unique(number)"), Constraint.Parse("unique(number, city)"), Constraint.Parse("number between 1200 and 2500"), Constraint.Parse("number > 1205")] }.FitAsync(
            new Table([.. Keyed.Columns.Select(c => c.Name == "number" ? new NumberColumn(c.Schema, [.. ((NumberColumn)c).Values.Select(v => v + 250)]) : c)]), Five);
        var made = await generator.GenerateAsync(1_250, Five);
        Assert.Equal(1_250, ((NumberColumn)made["number"]).Values.Distinct().Count());
        Assert.Equal(1_250, made.Where(new Condition("number > 1205 and number <= 2500")).Rows);
        var error = await Assert.ThrowsAsync<GenerateException>(() => generator.GenerateAsync(1_400, Five));
        Assert.Equal("SB4040", error.Code);
        Assert.Contains("room for 1251 different rows", error.Message);
    }

    [Fact]
    public async Task Identifiers_that_run_out_are_told_of_and_refused_where_they_were_asked_for()
    {
        var texts = string.Concat(Enumerable.Range(0, 500).Select(i => $"{(char)('A' + i * 7 % 676 / 26)}{(char)('A' + i * 7 % 26)}"));
        var real = new Table([Keyed["city"].Take([.. Enumerable.Range(0, 500)]), new TextColumn(new("id", ColumnKind.Identifier), System.Text.Encoding.ASCII.GetBytes(texts), [.. Enumerable.Range(1, 500).Select(i => 2 * i)])]);
        var said = new List<string>();
        using var found = await real.FitAsync(new Independent(), Five);
        Assert.Contains(found.About.Notes, n => n.Contains("`unique(id)` (found"));
        await found.GenerateAsync(677, Five with { Progress = new Told(said) });
        Assert.Contains("`unique(id)` has room for 676 different rows, and row 677 is asked for: beyond that identifiers may repeat", said);
        using var asked = await new Constrained(new Independent()) { Constraints = [Constraint.Parse("unique(id)")] }.FitAsync(real, Five);
        var made = await asked.GenerateAsync(676, Five);
        Assert.Equal(676, Enumerable.Range(0, 676).Select(made["id"].Text).Distinct().Count());
        Assert.Equal("SB4040", (await Assert.ThrowsAsync<GenerateException>(() => asked.GenerateAsync(677, Five))).Code);
    }

    [Fact]
    public async Task Keys_of_one_and_of_several_columns_differ_in_a_million_rows_made_in_shards()
    {
        using var generator = await new Constrained(new Independent()) { Constraints = [Constraint.Parse("unique(number)"), Constraint.Parse("unique(city, opened)")], KeepFound = false }.FitAsync(Keyed, Five);
        var (numbers, days) = (new System.Collections.BitArray(4_000_000), new System.Collections.BitArray(4_000_000));
        foreach (var shard in new[] { 0, 1, 2, 3 })
            await foreach (var block in generator.StreamAsync(new Request(250_000) { First = 250_000 * shard }, Five))
                for (var row = 0; row < block.Rows; row++)
                {
                    int number = (int)((NumberColumn)block["number"]).Values[row], day = (int)(((DateTimeColumn)block["opened"]).Ticks[row] / TimeSpan.TicksPerDay);
                    Assert.False(numbers[number] | days[day]);
                    numbers[number] = days[day] = true;
                }
    }

    [Fact]
    public async Task Balance_counts_what_comes_out_of_repaired_columns()
    {
        using var generator = await Open("cart");
        foreach (var (columns, groups) in new[] { ("country", 5), ("diagnosis, member", 12), ("blue", 2) })
        {
            var made = await generator.GenerateAsync(new Request(600) { Balance = new Balance(columns) }, Five);
            Assert.Empty(PlantedTable.Broken(made, Real).Take(5));
            var sizes = Enumerable.Range(0, made.Rows).GroupBy(row => string.Join('/', columns.Split(", ").Select(c => made[c].Text(row)))).ToArray();
            Assert.Equal(groups, sizes.Length);
            Assert.All(sizes, g => Assert.Equal(600 / groups, g.Count()));
        }
    }

    [Theory]
    [InlineData("number < 1500", "`unique(number)` gives `number` a value for the number of its row")]
    [InlineData("number + age > 1100", "`unique(number)` gives `number`")]
    [InlineData("age > 95", "`age > 95`")]
    [InlineData("icd = 'G40' and diagnosis = 'asthma'", "`combination(icd, diagnosis, ward)`")]
    [InlineData("low > high", "and kept the constraints")]
    public async Task A_condition_that_constraints_rule_out_is_refused_by_name(string where, string part)
    {
        using var generator = await Open("cart");
        var error = await Assert.ThrowsAsync<GenerateException>(() => generator.GenerateAsync(new Request(10) { Where = new Condition(where) }, Five));
        Assert.Contains(part, error.Message);
        Assert.Contains(error.Code, new[] { "SB4010", "SB4012" });
    }

    private sealed class Told(List<string> said) : IProgress<Step>
    {
        public void Report(Step value)
        {
            if (value.IsNote) lock (said) said.Add(value.What);
        }
    }

    private static Task<IGenerator<Table>> Fit(IModel<Table> model, Table real) => new Constrained(model) { Constraints = [.. PlantedTable.Constraints.Select(Constraint.Parse)] }.FitAsync(real, Five);

    private static async Task<IGenerator<Table>> Open(string id) => await ModelCatalog.Default.OpenAsync(new MemoryStream(await Fitted[id].Value));

    private static async Task<byte[]> Saved(IGenerator<Table> generator)
    {
        using var stream = new MemoryStream();
        await generator.SaveAsync(stream);
        return stream.ToArray();
    }

    private static async Task<byte[]> Contents(IGenerator<Table> generator)
    {
        var parts = ZipContainer.Read(await Saved(generator), [("model.json", 1 << 24), ("arrays.safetensors", 1 << 28)], ArchiveLimits.Default, "it");
        return [.. parts[0], .. parts[1]];
    }
}
