using System.Text;
using System.Text.Json;
using Semblance.Forms;
using Semblance.Recipes;
using Semblance.Tests.Formats;
using Semblance.Tests.Transforms;
using Semblance.Transforms;

namespace Semblance.Tests.Recipes;

public sealed class RedactionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private async Task<(string Text, RedactionReport Report)> RedactAsync(string name, byte[] content, RedactionOptions? options = null, ulong seed = 1, bool header = true)
    {
        var input = folder[name];
        File.WriteAllBytes(input, content);
        var report = await new Redaction { Input = input, To = folder["out-" + name], Spans = folder["spans.jsonl"], Options = options ?? new(), HasHeader = header }.RunAsync(Run.With(seed));
        return (Encoding.UTF8.GetString(File.ReadAllBytes(folder["out-" + name])), report);
    }

    private Task<(string Text, RedactionReport Report)> RedactAsync(string name, string content, RedactionOptions? options = null, ulong seed = 1, bool header = true) => RedactAsync(name, Encoding.UTF8.GetBytes(content), options, seed, header);

    [Theory]
    [InlineData("a.csv", "id,text\r\n1,\"no \"\"person\"\" here; 2,5\"\r\n2,x\r\n\r\n3,\"two\nlines\"")]
    [InlineData("a.csv", "\uFEFFid;text\n1;Preis 3,50\n2;\n")]
    [InlineData("a.jsonl", "{ \"a\" : \"x\\u0041\\n\", \"b\":[1.50,true,null ] }\r\n\n{\"a\":\"y\"}")]
    [InlineData("a.txt", "nothing\r\n\r\nto see")]
    public async Task A_file_without_personal_data_comes_out_as_it_was(string name, string content)
    {
        var (text, report) = await RedactAsync(name, content);
        Assert.Equal(content, text);
        Assert.Equal(0, report.Total);
    }

    [Fact]
    public async Task All_outside_the_replaced_stretches_stays_and_the_spans_say_where_they_are()
    {
        var texts = Enumerable.Range(0, 600).Select(i => LabelledTexts.Make(new Seed(3), i).Text).ToArray();
        var (text, report) = await RedactAsync("in.csv", "n,text\n" + string.Concat(texts.Select((t, i) => $"{i},\"{t.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n")));
        var cells = Semblance.Data.Table.Read(Encoding.UTF8.GetBytes(text)).Columns[1];
        var spans = File.ReadLines(folder["spans.jsonl"]).Select(l => JsonDocument.Parse(l).RootElement).ToLookup(s => s.GetProperty("row").GetInt32());
        Assert.Equal(report.Total, spans.Sum(s => s.Count()));
        Assert.True(report.Total > 300);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        for (var row = 0; row < texts.Length; row++)
        {
            buffer.ResetWrittenCount();
            cells.WriteText(row, buffer);
            var now = Encoding.UTF8.GetString(buffer.WrittenSpan).EnumerateRunes().ToArray();
            var was = texts[row].EnumerateRunes().ToArray();
            int at = 0, newAt = 0;
            foreach (var span in spans[row])
            {
                int start = span.GetProperty("start").GetInt32(), newStart = span.GetProperty("newStart").GetInt32();
                Assert.Equal(was[at..start], now[newAt..newStart]);
                (at, newAt) = (span.GetProperty("end").GetInt32(), span.GetProperty("newEnd").GetInt32());
                Assert.NotEqual(string.Concat(was[start..at]), string.Concat(now[newStart..newAt]));
            }
            Assert.Equal(was[at..], now[newAt..]);
        }
    }

    [Fact]
    public async Task A_person_is_the_same_everywhere_whatever_the_way_of_writing()
    {
        var (text, _) = await RedactAsync("in.csv",
            "customer_name,email,phone,text\nAnna Keller,anna.keller@firm.de,(415) 555-2671,Anna called\n\"Keller, Anna\",ANNA.KELLER@firm.de,415-555-2671,Mrs Keller called 415.555.2671\nPeter Keller,p@firm.de,+1 415 555 2671,Hello ANNA\n");
        var rows = text.Split('\n');
        var (given, family) = (rows[1].Split(' ')[0], rows[1].Split(' ')[1].Split(',')[0]);
        Assert.NotEqual("Anna", given);
        Assert.StartsWith($"\"{family}, {given}\",", rows[2]);
        Assert.Equal(rows[1].Split(',')[1], rows[2].Split(',')[2]);
        Assert.StartsWith($"{given}.{family}".ToLowerInvariant(), rows[1].Split(',')[1]);
        Assert.Contains($"Mrs {family} called", rows[2]);
        Assert.EndsWith($",{given} called", rows[1]);
        Assert.Contains($" {family},", rows[3]);
        string Digits(string cell) => string.Concat(cell.Where(char.IsAsciiDigit))[^10..];
        Assert.Equal(Digits(rows[1].Split(',')[2]), Digits(rows[2].Split(',')[3]));
        Assert.Equal(Digits(rows[1].Split(',')[2]), Digits(rows[3].Split(',')[2]));
        Assert.Matches(@"\(\d{3}\) 555-01\d\d", rows[1]);
    }

    [Fact]
    public async Task Fakes_are_safe_and_of_their_form()
    {
        foreach (var kind in new[] { "email", "card", "iban", "us-ssn", "uk-nino", "uk-nhs", "pl-pesel", "mac", "ipv4", "ipv6", "phone" })
        {
            var form = FormCatalog.Find(kind)!;
            for (var i = 0; i < 50; i++)
            {
                var text = LabelledTexts.Make(new Seed(5), Array.FindIndex(LabelledTexts.Templates, t => t.Contains("{" + (kind switch { "us-ssn" => "ssn", "uk-nino" => "nino", "uk-nhs" => "nhs", "pl-pesel" => "pesel", _ => kind }) + "}", StringComparison.Ordinal)) + i * (long)LabelledTexts.Templates.Length);
                var (start, length, _) = text.Spans.First(s => s.Kind == kind);
                var output = new System.Buffers.ArrayBufferWriter<byte>();
                Assert.True(new Redactor(new() { Kinds = [kind] }, new Seed(9)).Redact(0, "text", true, Encoding.UTF8.GetBytes(text.Text), output), text.Text);
                var made = Encoding.UTF8.GetString(output.WrittenSpan)[start..][..^(text.Text.Length - start - length)];
                Assert.True(form.Recognises(Encoding.UTF8.GetBytes(made)), $"{kind}: {made}");
                Assert.NotEqual(text.Text.Substring(start, length), made);
                if (kind == "email") Assert.Matches("@example\\.(com|org|net)$", made);
                if (kind == "card") Assert.StartsWith("9999", made);
            }
        }
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Dates_of_birth_keep_their_way_of_writing()
    {
        var (text, _) = await RedactAsync("in.csv", "dob,text\n1985-03-12,born 3rd March 1985\n1990-12-01,DOB: 12/03/85? no: DOB 12.03.1985\n1991-01-31,\"born March 3, 1985\"\n");
        var rows = text.Split('\n');
        Assert.Matches(@"^\d{4}-\d\d-\d\d,born \d+(st|nd|rd|th) [A-Z][a-z]+ \d{4}$", rows[1]);
        Assert.Matches(@"DOB \d\d\.\d\d\.\d{4}$", rows[2]);
        Assert.Matches(@"^\d{4}-\d\d-\d\d,""born [A-Z][a-z]+ \d+, \d{4}""$", rows[3]);
        Assert.DoesNotContain("1985-03-12", text);
    }

    [Fact]
    public async Task Json_keeps_its_shape_and_texts_inside_are_seen()
    {
        var (text, report) = await RedactAsync("in.jsonl", "{\"ssn\": 123456789, \"messages\":[{\"role\":\"user\",\"content\":\"I'm \\\"Anna Keller\\\",\\nmail a.b@firm.de\"}], \"n\": 4111111111111111}\n{\"ssn\":987654320,\"n\":1}\n{\"ssn\":123456789,\"n\":2}\n");
        var first = JsonDocument.Parse(text.Split('\n')[0]).RootElement;
        var content = first.GetProperty("messages")[0].GetProperty("content").GetString()!;
        Assert.DoesNotContain("Keller", content);
        Assert.Contains("\",\nmail ", content);
        Assert.Equal(4111111111111111, first.GetProperty("n").GetInt64());
        Assert.NotEqual(123456789, first.GetProperty("ssn").GetInt64());
        Assert.Equal(first.GetProperty("ssn").GetInt64(), JsonDocument.Parse(text.Split('\n')[2]).RootElement.GetProperty("ssn").GetInt64());
        Assert.Contains(report.Counts, c => c is { Column: "messages", Kind: "person-name", Whole: false });
        Assert.Contains(report.Counts, c => c is { Column: "ssn", Kind: "us-ssn", Whole: true, Count: 3 });
    }

    [Fact]
    public async Task Modes_masks_labels_and_a_kept_domain()
    {
        const string Csv = "text\nwrite to anna@firm.de or 415-555-2671\nanna@firm.de again\n";
        Assert.StartsWith("text\nwrite to ****@****.** or ***-***-****\n", (await RedactAsync("m.csv", Csv, new() { Mode = RedactionMode.Mask })).Text);
        var labelled = (await RedactAsync("l.csv", Csv, new() { Mode = RedactionMode.Label })).Text;
        Assert.Matches(@"^text\nwrite to (\[email [0-9a-f]{6}\]) or \[phone [0-9a-f]{6}\]\n\1 again\n$", labelled);
        var kept = (await RedactAsync("k.csv", Csv, new() { KeepDomain = true, Kinds = ["email"] })).Text;
        Assert.Matches(@"^text\nwrite to \S+@firm\.de or 415-555-2671\n", kept);
        Assert.Equal(Csv, (await RedactAsync("s.csv", Csv, new() { Skip = ["text"] })).Text);
    }

    [Fact]
    public async Task Another_seed_gives_other_fakes_and_the_same_seed_the_same_bytes()
    {
        const string Text = "Contact Anna Keller, anna.keller@firm.de, +49 30 1234567.\n";
        var one = (await RedactAsync("a.txt", Text)).Text;
        Assert.Equal(one, (await RedactAsync("a.txt", Text)).Text);
        Assert.NotEqual(one, (await RedactAsync("a.txt", Text, seed: 2)).Text);
    }

    [Fact]
    public async Task A_headerless_file_is_noticed_and_can_be_said()
    {
        const string Csv = "anna@firm.de,5\npeter@firm.de,6\nmaria@firm.de,7\n";
        var (text, report) = await RedactAsync("a.csv", Csv);
        Assert.Contains("anna@firm.de", text);
        Assert.Single(report.Notes);
        Assert.DoesNotContain("firm.de", (await RedactAsync("a.csv", Csv, header: false)).Text);
    }

    [Fact]
    public async Task Nothing_is_written_where_cells_cannot_be_told_apart()
    {
        Assert.Equal("SB1005", (await Assert.ThrowsAsync<DataException>(() => RedactAsync("a.csv", "a,b\n1,\"open\n2,x\n"))).Code);
        Assert.Equal("SB1007", (await Assert.ThrowsAsync<DataException>(() => RedactAsync("a.csv", "a,b\n1,\"x\"y\n"))).Code);
        Assert.Equal("SB1011", (await Assert.ThrowsAsync<DataException>(() => RedactAsync("a.jsonl", "{\"a\":1}\nnot json\n"))).Code);
        Assert.False(System.IO.File.Exists(folder["out-a.csv"]) || System.IO.File.Exists(folder["out-a.jsonl"]));
        Assert.Equal("SB2180", Assert.Throws<RecipeException>(() => new Redactor(new() { Kinds = ["emial"] }, new Seed(1))).Code);
        File.WriteAllText(folder["same.csv"], "a\n1\n");
        Assert.Equal("SB2181", (await Assert.ThrowsAsync<RecipeException>(() => new Redaction { Input = folder["same.csv"], To = folder["same.csv"] }.RunAsync(Run.With(1)))).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cells_over_the_edge_of_a_chunk_are_whole(bool quoted)
    {
        // Rows of growing length, so that every kind of byte falls on the edge of a chunk of 256 KB somewhere.
        var csv = new StringBuilder("id,text\r\n");
        for (var i = 0; i < 9_000; i++) csv.Append(quoted ? $"{i},\"{new string('x', i % 97)} \"\"anna@firm.de\"\" z\"\r\n" : $"{i},{new string('x', i % 97)} anna@firm.de z\r\n");
        var (text, report) = await RedactAsync("in.csv", csv.ToString(), new() { Mode = RedactionMode.Mask, Kinds = ["email"] });
        Assert.Equal(9_000, report.Rows);
        Assert.Equal(csv.ToString().Replace("anna@firm.de", "****@****.**", StringComparison.Ordinal), text);
    }
}
