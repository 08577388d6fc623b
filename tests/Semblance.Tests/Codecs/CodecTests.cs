using System.Collections.Immutable;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Tests.Contracts;

namespace Semblance.Tests.Codecs;

/// <summary>What every codec keeps, on every column of the worst-case table.</summary>
public sealed class CodecTests
{
    private const int Rare = 5;

    private static readonly RandomStream Stream = new(new Seed(1), "codec");

    public static TheoryData<string> Columns => [.. WorstCase.Table.Columns.Select(c => c.Name)];

    [Theory, MemberData(nameof(Columns))]
    public void Cells_come_back_as_themselves(string name)
    {
        var column = WorstCase.Table[name];
        var codec = ColumnCodec.Learn(column, Rare);
        var cells = Encode(codec, column);
        Assert.All(cells, cell => Assert.InRange(cell, -1, codec.Cells - 1));
        var present = cells.Where(cell => cell >= 0).ToArray();
        foreach (uint draw in new uint[] { 0, 1, 99 })
        {
            var decoded = codec.Decode(present, Rows(present.Length), Stream, draw);
            Assert.Equal(codec.Schema, decoded.Schema);
            var again = Encode(codec, decoded);
            // A value of one range may, rounded to the column's decimals, be the end of the next.
            var off = present.Zip(again).Count(p => p.First != p.Second && !(codec.Ordered && Math.Abs(p.First - p.Second) == 1));
            Assert.True(off == 0, $"{off} of {present.Length} cells came back as others");
        }
    }

    [Theory, MemberData(nameof(Columns))]
    public void Missing_cells_keep_their_marker(string name)
    {
        var column = WorstCase.Table[name];
        var codec = ColumnCodec.Learn(column, Rare);
        var cells = Encode(codec, column);
        for (var row = 0; row < cells.Length; row++)
            Assert.Equal(column.MissingCode(row), cells[row] >= 0 && cells[row] < codec.MissingCells ? cells[row] : -1);
        var decoded = codec.Decode([.. Enumerable.Range(0, codec.MissingCells)], Rows(codec.MissingCells), Stream, 0);
        for (var marker = 0; marker < codec.MissingCells; marker++) Assert.Equal(marker, decoded.MissingCode(marker));
    }

    [Theory, MemberData(nameof(Columns))]
    public void A_codec_made_from_its_state_decodes_alike(string name)
    {
        var codec = ColumnCodec.Learn(WorstCase.Table[name], Rare);
        var copy = ColumnCodec.FromState(codec.State);
        Assert.Equal((codec.Cells, codec.Ordered, codec.Note), (copy.Cells, copy.Ordered, copy.Note));
        int[] cells = [.. Enumerable.Range(0, codec.Cells)];
        Assert.Equal(Texts(codec.Decode(cells, Rows(cells.Length), Stream, 0)), Texts(copy.Decode(cells, Rows(cells.Length), Stream, 0)));
    }

    [Theory, MemberData(nameof(Columns))]
    public void A_row_is_decoded_alike_whatever_stands_beside_it(string name)
    {
        var codec = ColumnCodec.Learn(WorstCase.Table[name], Rare);
        if (codec.Cells == 0) return;
        int[] cells = [.. Enumerable.Range(0, 300).Select(i => i % codec.Cells)];
        var whole = Texts(codec.Decode(cells, Rows(300), Stream, 0));
        var part = Texts(codec.Decode(cells.AsSpan(100, 50), Rows(300).AsSpan(100, 50), Stream, 0));
        Assert.Equal(whole[100..150], part);
    }

    [Fact]
    public void Every_cell_of_a_number_stands_for_several_rows_or_none_of_its_own()
    {
        double[] values = [.. Enumerable.Range(0, 500).Select(i => i * i * 0.37), .. Enumerable.Repeat(12.0, 40), 1e9, -1e9];
        var codec = ColumnCodec.Learn(new NumberColumn(new("x", ColumnKind.Decimal) { Number = new(0, 2) }, values), Rare);
        var rows = Encode(codec, new NumberColumn(codec.Schema, values)).CountBy(cell => cell).ToDictionary();
        Assert.All(rows.Values, n => Assert.True(n >= Rare, $"a cell of {n} rows"));
        var state = codec.State.Numbers.ToHashSet();
        Assert.Contains(12.0, state); // forty rows share it
        Assert.DoesNotContain(values.Where(v => v != 12.0 && v != 0), state.Contains);
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(1e12)]
    [InlineData(-1e6)]
    public void One_extreme_row_leaves_no_trace_that_grows_with_it(double extreme)
    {
        double[] values = [.. Enumerable.Range(0, 400).Select(i => i / 4.0), extreme];
        var codec = ColumnCodec.Learn(new NumberColumn(new("x", ColumnKind.Decimal) { Number = new(0, 2) }, values), Rare);
        var decoded = (NumberColumn)codec.Decode([.. Enumerable.Range(0, codec.Cells)], Rows(codec.Cells), Stream, 0);
        Assert.All(decoded.Values, v => Assert.InRange(v, -10, 110));
    }

    [Fact]
    public void The_tail_of_a_heavy_tailed_column_is_kept()
    {
        // Pareto with exponent 1: the five greatest of 1,000 are 1000, 500, 333, 250, 200; their mean, 457, may be told.
        double[] values = [.. Enumerable.Range(1, 1_000).Select(k => Math.Round(1_000.0 / k, 2))];
        var codec = ColumnCodec.Learn(new NumberColumn(new("x", ColumnKind.Decimal) { Number = new(0, 2) }, values), Rare);
        Assert.InRange(codec.State.Numbers.Max(), 456, 457);
    }

    [Fact]
    public void Rare_words_and_rare_pairs_of_common_words_are_not_written()
    {
        string[] texts =
        [
            .. Enumerable.Repeat("patient reports fever", 20), .. Enumerable.Repeat("mother reports nothing", 20),
            "patient denies everything", "mother reports fever nothing", "fever patient mother",
        ];
        var codec = ColumnCodec.Learn(Column(texts), Rare);
        var made = Texts(codec.Decode([.. Enumerable.Repeat(codec.MissingCells, 5_000)], Rows(5_000), Stream, 0));
        Assert.Contains("patient reports fever", made);
        Assert.Contains(made, text => text is "patient reports nothing" or "mother reports fever"); // pairs that many rows share, put together anew
        Assert.DoesNotContain(made, text => text.Contains("denies", StringComparison.Ordinal) || text.Contains("fever nothing", StringComparison.Ordinal) || text.Contains("patient mother", StringComparison.Ordinal));
        Assert.True(codec.State.Texts.ToHashSet().SetEquals(["", "patient", "mother", "reports", "fever", "nothing"]));
    }

    [Fact]
    public void Texts_without_a_common_pair_are_written_from_common_words()
    {
        string[] words = [.. Enumerable.Range(0, 40).Select(i => $"w{i}")];
        var random = new RandomStream(new Seed(2), "words").Sequence();
        string[] texts = [.. Enumerable.Range(0, 300).Select(_ => string.Join(' ', Enumerable.Range(0, 2).Select(_ => words[random.NextBelow(40)])))];
        var codec = ColumnCodec.Learn(Column(texts), 20);
        if (codec.State.Texts.Length == 1) return; // no common word either
        Assert.Contains(Texts(codec.Decode([.. Enumerable.Repeat(0, 50)], Rows(50), Stream, 0)), text => text.Length > 0);
    }

    [Fact]
    public void Rare_categories_are_given_away_or_gathered()
    {
        var few = Categories(200, 190, 3);
        var codec = ColumnCodec.Learn(few, Rare);
        Assert.Equal(2, codec.Cells);
        Assert.Equal(3, Encode(codec, few).Count(cell => cell == -1));
        Assert.Contains("not reproduced", codec.Note);

        var many = Worded(Categories([50, 40, .. Enumerable.Repeat(2, 40)]));
        codec = ColumnCodec.Learn(many, Rare);
        Assert.Equal(3, codec.Cells);
        Assert.Equal(80, Texts(codec.Decode(Encode(codec, many), Rows(170), Stream, 0)).Count(t => t == CategoryCodec.RareText));
    }

    [Fact]
    public void Rare_categories_of_one_shape_come_back_as_new_ones_of_it()
    {
        var levels = Enumerable.Range(0, 80).Select(i => $"L{i * 7:000}").ToArray();
        var column = new CategoryColumn(new ColumnSchema("level", ColumnKind.Category), [.. Enumerable.Repeat(0, 40), .. Enumerable.Range(1, 79)], levels);
        var codec = ColumnCodec.Learn(column, Rare);
        Assert.Equal(2, codec.Cells);
        var texts = Texts(codec.Decode(Encode(codec, column), Rows(119), Stream, 0));
        Assert.Equal(40, texts.Count(t => t == "L000"));
        Assert.All(texts.Where(t => t != "L000"), t => Assert.Matches(@"^L\d{3}$", t));
        Assert.Empty(texts.Where(t => t != "L000").Intersect(levels));
        Assert.True(texts.Distinct().Count() > 20);
    }

    [Theory]
    [InlineData("price", "{0:00.00} €", @"^\d\d\.\d\d €$")]
    [InlineData("mixed", "{1}", @"^(\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4})$")]
    [InlineData("phone", "+1 (212) 555-{2:0000}", @"^\+?[\d ()-]+$")]
    [InlineData("full_name", "Xaver{3} Qwertz", @"^\w+( \w\.)? \w+$")]
    public void Texts_written_by_a_rule_come_back_written_by_it(string name, string format, string expected)
    {
        var texts = Enumerable.Range(0, 400).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, format,
            10 + i * 0.17, i % 2 == 0 ? $"2024-{i % 12 + 1:00}-{i % 28 + 1:00}" : $"{i % 12 + 1:00}/{i % 28 + 1:00}/2023", i, (char)('a' + i % 26))).ToArray();
        var column = TextColumnOf(name, texts);
        var codec = ColumnCodec.Learn(column, Rare);
        var made = Texts(codec.Decode(Encode(codec, column), Rows(400), Stream, 0));
        Assert.All(made, t => Assert.Matches(expected, t));
        Assert.DoesNotContain("#", codec.Note);
    }

    [Fact]
    public void A_text_can_be_drawn_again_and_an_identifier_stays()
    {
        string[] texts = [.. Enumerable.Range(0, 400).Select(i => $"A-{i * 37 % 1000:000}.{i % 10}")];
        foreach (var kind in (ColumnKind[])[ColumnKind.Text, ColumnKind.Identifier])
        {
            var column = (TextColumn)TextColumnOf("code", texts).WithSchema(new ColumnSchema("code", kind));
            var codec = ColumnCodec.Learn(column, Rare);
            Assert.IsType<PatternCodec>(codec);
            var cells = Encode(codec, column);
            Assert.Equal(kind == ColumnKind.Identifier, Texts(codec.Decode(cells, Rows(400), Stream, 0)).SequenceEqual(Texts(codec.Decode(cells, Rows(400), Stream, 1))));
        }
    }

    [Fact]
    public void Categories_that_tell_of_one_person_each_come_back_as_others_one_for_one()
    {
        string[] levels = [.. Enumerable.Range(0, 12).Select(i => $"anna.real{i}@acme{i}.com")];
        var column = new CategoryColumn(new ColumnSchema("contact", ColumnKind.Category), [.. Enumerable.Range(0, 240).Select(i => i % 12)], levels);
        var codec = ColumnCodec.Learn(column, Rare);
        var texts = Texts(codec.Decode(Encode(codec, column), Rows(240), Stream, 0));
        Assert.Equal(12, texts.Distinct().Count());
        for (var i = 12; i < 240; i++) Assert.Equal(texts[i - 12], texts[i]);
        Assert.DoesNotContain(codec.State.Texts.Concat(texts), t => t.Contains("acme", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_category_that_can_come_back_is_a_candidate()
    {
        var column = Categories([50, 40, .. Enumerable.Repeat(2, 40)]);
        var codec = ColumnCodec.Learn(column, Rare);
        var candidates = codec.Candidates(out var cells);
        var known = Texts(candidates).Zip(cells).ToDictionary(p => p.First, p => p.Second);
        var encoded = Encode(codec, column);
        foreach (var (text, cell) in Texts(codec.Decode(encoded, Rows(encoded.Length), Stream, 0)).Zip(encoded)) Assert.Equal(cell, known[text]);
    }

    [Fact]
    public void Sentences_and_lone_words_are_no_texts_written_by_a_rule()
    {
        var words = "pain fall knee night rest worse better week fever nurse".Split(' ');
        var column = TextColumnOf("note", [.. Enumerable.Range(0, 300).Select(i => string.Join(' ', Enumerable.Range(0, 3 + i % 9).Select(k => words[(i * 7 + k * k) % 10])))]);
        Assert.IsType<TextCodec>(ColumnCodec.Learn(column, Rare));
        Assert.IsType<TextCodec>(ColumnCodec.Learn(TextColumnOf("word", [.. Enumerable.Range(0, 300).Select(i => words[i % 10])]), Rare));
    }

    private static TextColumn TextColumnOf(string name, string[] texts)
    {
        var ends = new int[texts.Length];
        var bytes = new List<byte>();
        for (var i = 0; i < texts.Length; i++)
        {
            bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(texts[i]));
            ends[i] = bytes.Count;
        }
        return new TextColumn(new ColumnSchema(name, ColumnKind.Text), [.. bytes], ends);
    }

    [Fact]
    public void Damaged_states_are_refused()
    {
        foreach (var column in WorstCase.Table.Columns)
        {
            var state = ColumnCodec.Learn(column, Rare).State;
            foreach (var bad in new[]
            {
                state with { Type = "nothing" },
                state with { Numbers = [.. state.Numbers, 1, 2] },
                state with { Numbers = [.. state.Numbers.Select(_ => double.NaN)], Texts = [] },
                state with { Numbers = [.. state.Numbers.Select(x => -x - 1)] },
                state with { Numbers = [.. state.Numbers.Select(_ => 1e300)] },
            })
                try
                {
                    var codec = ColumnCodec.FromState(bad);
                    codec.Decode([.. Enumerable.Range(0, codec.Cells)], Rows(codec.Cells), Stream, 0); // harmless damage works; none may crash
                }
                catch (DataException) { }
        }
    }

    private static int[] Encode(ColumnCodec codec, Column column)
    {
        var cells = new int[column.Count];
        codec.Encode(column, cells);
        return cells;
    }

    private static long[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => (long)i)];

    private static string[] Texts(Column column) => [.. Enumerable.Range(0, column.Count).Select(column.Text)];

    private static TextColumn Column(string[] texts)
    {
        var bytes = texts.Select(System.Text.Encoding.UTF8.GetBytes).ToArray();
        var end = 0;
        return new(new("t", ColumnKind.Text), [.. bytes.SelectMany(b => b)], [.. bytes.Select(b => end += b.Length)]);
    }

    private static CategoryColumn Categories(params int[] counts) =>
        new(new("c", ColumnKind.Category), [.. counts.SelectMany((n, level) => Enumerable.Repeat(level, n))], [.. counts.Select((_, level) => $"level {level}")]);

    private static CategoryColumn Worded(CategoryColumn column) =>
        new(column.Schema, column.Codes, Array.ConvertAll(column.Levels, level => new string([.. level.Select(c => char.IsAsciiDigit(c) ? (char)('a' + c - '0') : c)])));
}
