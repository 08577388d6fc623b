using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Table = Semblance.Data.Table;

namespace Semblance.Tests.Models;

public sealed class NGramTests
{
    private const string Secret = "Xylophonix";

    private static readonly string[] Colours = ["red", "green", "blue", "white", "black"];
    private static readonly string[] Things = ["card", "account", "phone", "letter", "key"];

    private static ImmutableDictionary<string, ColumnKind> KindOfText => ImmutableDictionary<string, ColumnKind>.Empty.Add("text", ColumnKind.Text);

    private static Run Seeded(ulong seed = 1) => Run.With(seed) with { Threads = 2 };

    /// <summary>A corpus of complaints and thanks; one of them tells a name.</summary>
    private static Table Corpus(int rows = 600, bool shuffled = false)
    {
        var csv = new StringBuilder("text,label\n");
        for (var i = 0; i < rows; i++)
        {
            var (colour, thing) = (Colours[i * 7 % 5], Things[i / 5 % 5]);
            var complaint = i % 4 == 0;
            var text = complaint ? $"I lost my {colour} {thing} on day {1000 + i * 37} and I want it back." : $"Thanks for the {colour} {thing}, it works well.";
            if (i == 4) text = $"My name is {Secret} Quorgle and I lost my {thing}.";
            csv.Append(CultureInfo.InvariantCulture, $"\"{text}\",{((shuffled ? i % 3 == 0 : complaint) ? "complaint" : "thanks")}\n");
        }
        return Table.Read(Encoding.UTF8.GetBytes(csv.ToString()), new TableOptions { Kinds = KindOfText });
    }

    private static List<(string Text, string Label)> Rows(Table table)
    {
        using var stream = new MemoryStream();
        table.WriteAsync(stream, new WriteOptions { Delimiter = '\t' }).GetAwaiter().GetResult();
        return [.. Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split('\t')).Select(l => (l[0], l[1]))];
    }

    [Fact]
    public void Tokens_end_to_end_are_the_text() => Prop.ForAll<string>(text => string.Concat(TextTokens.Of(text ?? "")) == (text ?? "")).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("I can't pay £10.50 now", "I| can't| pay| £|10|.|50| now")]
    [InlineData("a  b\n\nc", "a| | b|\n\n|c")]
    [InlineData("銀行の card", "銀|行|の| card")]
    [InlineData("ok 😀!", "ok| 😀|!")]
    public void Words_signs_and_scripts_without_spaces(string text, string tokens) => Assert.Equal(tokens.Split('|'), TextTokens.Of(text));

    [Fact]
    public async Task Texts_speak_of_their_label()
    {
        using var generator = await Corpus().FitAsync(new NGram { Target = "label" }, Seeded());
        var rows = Rows(await generator.GenerateAsync(1_000, Seeded(3)));
        Assert.InRange(rows.Where(r => r.Label == "complaint").Average(r => r.Text.Contains("lost", StringComparison.Ordinal) ? 1 : 0), .7, 1);
        Assert.InRange(rows.Where(r => r.Label == "thanks").Average(r => r.Text.Contains("lost", StringComparison.Ordinal) ? 1 : 0), 0, .02);
    }

    [Fact]
    public async Task Labels_that_mean_nothing_teach_nothing()
    {
        using var generator = await Corpus(shuffled: true).FitAsync(new NGram { Target = "label" }, Seeded());
        var rows = Rows(await generator.GenerateAsync(2_000, Seeded(3)));
        double Lost(string label) => rows.Where(r => r.Label == label).Average(r => r.Text.Contains("lost", StringComparison.Ordinal) ? 1 : 0);
        Assert.InRange(Math.Abs(Lost("complaint") - Lost("thanks")), 0, .12);
    }

    [Fact]
    public async Task What_one_text_has_is_not_in_the_file_and_never_written()
    {
        using var generator = await Corpus().FitAsync(new NGram { Target = "label" }, Seeded());
        using var file = new MemoryStream();
        await generator.SaveAsync(file);
        using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(file.ToArray()));
        foreach (var entry in zip.Entries)
        {
            using var bytes = new MemoryStream();
            await using (var content = entry.Open()) await content.CopyToAsync(bytes);
            var text = Encoding.UTF8.GetString(bytes.ToArray());
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain("Quorgle", text, StringComparison.Ordinal);
        }
        Assert.All(Rows(await generator.GenerateAsync(5_000, Seeded())), r => Assert.DoesNotContain(Secret, r.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Numbers_of_few_texts_are_made_anew()
    {
        using var generator = await Corpus().FitAsync(new NGram { Target = "label" }, Seeded());
        var days = Rows(await generator.GenerateAsync(2_000, Seeded())).Select(r => System.Text.RegularExpressions.Regex.Match(r.Text, @"on day (\d+)")).Where(m => m.Success).Select(m => m.Groups[1].Value).ToList();
        Assert.True(days.Count > 100);
        Assert.All(days, d => Assert.InRange(d.Length, 4, 5));
        Assert.True(days.Distinct().Count() > .9 * days.Count, "the numbers are drawn, not kept");
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_003)]
    [InlineData(5_000)]
    public async Task Labels_are_as_frequent_as_the_real_ones(int count)
    {
        using var generator = await Corpus().FitAsync(new NGram { Target = "label" }, Seeded());
        var complaints = Rows(await generator.GenerateAsync(count, Seeded(9))).Count(r => r.Label == "complaint");
        Assert.InRange(complaints, .25 * count - 6, .25 * count + 6); // chance alone: standard deviation .43 sqrt(count), 31 at 5,000
    }

    [Fact]
    public async Task Whole_texts_are_repeated_no_more_than_real_ones_repeat_each_other()
    {
        // forms of twenty words with a rare word in the middle of each: triples alone would write whole texts again
        var csv = new StringBuilder("text,label\n");
        for (var i = 0; i < 900; i++) csv.Append(CultureInfo.InvariantCulture, $"the {Colours[i % 5]} {Things[i / 5 % 5]} of unit {i / 25 % 12} stands in hall {i % 36} since we moved,{"ab"[i % 2]}\n");
        var real = Table.Read(Encoding.UTF8.GetBytes(csv.ToString()), new TableOptions { Kinds = KindOfText });
        using var careless = await real.FitAsync(new NGram { Target = "label", Copies = 1 }, Seeded());
        using var careful = await real.FitAsync(new NGram { Target = "label" }, Seeded());
        var known = Rows(real).Select(r => r.Text).ToHashSet();
        async Task<double> Copied(IGenerator<Table> generator) => Rows(await generator.GenerateAsync(3_000, Seeded(5))).Average(r => known.Contains(r.Text) ? 1.0 : 0);
        var (before, after) = (await Copied(careless), await Copied(careful));
        Assert.True(before > .03, $"the case shows nothing: {before}");
        Assert.True(after < before / 2, $"{before} -> {after}");
    }

    [Fact]
    public async Task Conditions_and_balance_hold()
    {
        using var generator = await Corpus().FitAsync(new NGram { Target = "label" }, Seeded());
        var only = Rows(await generator.GenerateAsync(new Request(200) { Where = new Condition("label = 'complaint'") }, Seeded()));
        Assert.All(only, r => Assert.Equal("complaint", r.Label));
        var even = Rows(await generator.GenerateAsync(new Request(400) { Balance = new Balance("label") }, Seeded()));
        Assert.Equal(200, even.Count(r => r.Label == "complaint"));
    }

    [Fact]
    public async Task A_target_of_texts_is_refused_with_the_mend()
    {
        var error = await Assert.ThrowsAsync<FitException>(() => Corpus().FitAsync(new NGram { Target = "text" }, Seeded()));
        Assert.Equal("SB3071", error.Code);
        Assert.Contains("column of labels", error.Message, StringComparison.Ordinal);
        Assert.Equal("SB3070", (await Assert.ThrowsAsync<FitException>(() => Corpus().FitAsync(new NGram { Texts = 0 }, Seeded()))).Code);
    }

    [Theory]
    [InlineData("text/0/0/words", "not whole")]
    [InlineData("text/0/3/starts", "not whole")]
    [InlineData("even/shares", "not a distribution")]
    public async Task A_damaged_file_is_refused(string array, string told)
    {
        using var generator = await Corpus().FitAsync(new NGram { Target = "label" }, Seeded());
        var good = TabularFile.Pack(generator);
        using var file = new MemoryStream();
        await good.WriteAsync(file);
        var read = await ModelArchive.ReadAsync(new MemoryStream(file.ToArray()));
        var bad = new ModelArchive();
        foreach (var (key, value) in read.Json) if (key != "semblance") bad.Json[key] = value?.DeepClone();
        foreach (var name in read.Names)
        {
            if (name == "even/shares") bad.Add<double>(name, name == array ? [2, 1] : read.Get<double>(name));
            else if (name == array) bad.Add<int>(name, [.. read.Get<int>(name).Select(x => x + 1_000_000)]);
            else Copy(read, bad, name);
        }
        using var damaged = new MemoryStream();
        await bad.WriteAsync(damaged);
        var error = await Assert.ThrowsAsync<DataException>(() => ModelCatalog.Default.OpenAsync(new MemoryStream(damaged.ToArray())));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    private static void Copy(ModelArchive from, ModelArchive to, string name)
    {
        foreach (var copy in new Action[] { () => to.Add<byte>(name, from.Get<byte>(name)), () => to.Add<int>(name, from.Get<int>(name)), () => to.Add<double>(name, from.Get<double>(name)), () => to.Add<ulong>(name, from.Get<ulong>(name)), () => to.Add<float>(name, from.Get<float>(name)), () => to.Add<ushort>(name, from.Get<ushort>(name)) })
            try { copy(); return; }
            catch (DataException) { }
        throw new InvalidOperationException(name);
    }
}
