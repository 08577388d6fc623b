using System.Text.RegularExpressions;

namespace Semblance.Tests.Conventions;

using Data = Semblance.Data;

/// <summary>Keeps the arrows between rooms, in the source (whatever is written) and in the compiled code (whatever is reached without being written).</summary>
public sealed class ArrowTests
{
    [Fact]
    public void Every_folder_is_a_room_of_the_design() =>
        Assert.Empty(Sources().Select(Rooms.OfPath).Distinct().Except(Rooms.MayUse.Keys));

    [Fact]
    public void The_picture_has_no_cycle()
    {
        var left = Rooms.MayUse.ToDictionary(r => r.Key, r => r.Value.ToHashSet());
        while (left.Count > 0)
        {
            var free = left.Where(r => r.Value.Count == 0).Select(r => r.Key).ToList();
            Assert.True(free.Count > 0, "a cycle among " + string.Join(", ", left.Keys));
            foreach (var room in free)
            {
                left.Remove(room);
                foreach (var uses in left.Values) uses.Remove(room);
            }
        }
    }

    [Fact]
    public void A_file_declares_the_namespace_of_its_room_or_a_verb_in_the_root()
    {
        var strays = new List<string>();
        foreach (var path in Sources())
            foreach (Match match in Regex.Matches(SourceCode.Strip(Repository.Read(path)), @"^\s*namespace\s+([\w.]+)", RegexOptions.Multiline))
            {
                var room = Rooms.OfPath(path);
                if (match.Groups[1].Value != "Semblance" && match.Groups[1].Value != $"Semblance.{room}") strays.Add($"{path}: {match.Groups[1].Value}");
            }
        Assert.True(strays.Count == 0, "folder = room = namespace:\n" + string.Join('\n', strays));
    }

    [Fact]
    public void Source_keeps_the_arrows()
    {
        var wrong = Sources().SelectMany(path => WrongArrows(path, Repository.Read(path))).ToList();
        Assert.True(wrong.Count == 0, "arrows the design does not have:\n" + string.Join('\n', wrong));
    }

    [Fact]
    public void Compiled_code_keeps_the_arrows()
    {
        var wrong = CompiledArrows.Of(typeof(Semblance.Data.Table).Assembly)
            .Where(arrow => !Rooms.May(arrow.From, arrow.To, arrow.User))
            .Select(arrow => $"{arrow.From}: {arrow.User} -> {arrow.To}: {arrow.Used}").Distinct().Order().ToList();
        Assert.True(wrong.Count == 0, "arrows the design does not have:\n" + string.Join('\n', wrong));
    }

    [Fact]
    public void Compiled_code_shows_arrows_that_are_nowhere_written()
    {
        // The verb `table.Where(...)` lives in Rules but in the root namespace: its caller names no room.
        var arrows = CompiledArrows.Of(typeof(ArrowTests).Assembly, typeof(Semblance.Data.Table).Assembly).Where(a => a.User == nameof(ArrowTests)).Select(a => a.To).ToHashSet();
        Assert.Contains("Rules", arrows);
        Assert.DoesNotContain("Formats", arrows);
    }

    [Fact]
    public void The_library_opens_its_inside_to_tests_and_benches_only()
    {
        var friends = typeof(Semblance.Data.Table).Assembly.GetCustomAttributes(typeof(System.Runtime.CompilerServices.InternalsVisibleToAttribute), false)
            .Select(a => ((System.Runtime.CompilerServices.InternalsVisibleToAttribute)a).AssemblyName);
        Assert.Equal(["Semblance.Bench", "Semblance.Tests"], friends.Order());
    }

    [Fact]
    public void No_room_is_used_globally() =>
        Assert.DoesNotContain(Sources(), path => Regex.IsMatch(SourceCode.Strip(Repository.Read(path)), @"\bglobal\s+using\b"));

    [Theory]
    [InlineData("src/Semblance/Metrics/Fidelity/Shape.cs", "using Semblance.Models;", "Metrics -> Models")]
    [InlineData("src/Semblance/Data/Table.cs", "Formats.CsvReader reader;", "Data -> Formats")]
    [InlineData("src/Semblance/Run.cs", "using Semblance.Numerics;", "top -> Numerics")]
    [InlineData("src/Semblance/Models/Tabular/Cart.cs", "using Semblance.Metrics;", "Models -> Metrics")]
    [InlineData("src/Semblance/Models/Auto.cs", "using Semblance.Metrics;", null)]
    [InlineData("src/Semblance/Recipes/Plan.cs", "using Semblance.Metrics; using Semblance.Models;", null)]
    [InlineData("src/Semblance/Rules/Expression/Binder.cs", "using Semblance.Data;", null)]
    public void A_planted_wrong_arrow_is_seen(string path, string source, string? arrow)
    {
        var wrong = WrongArrows(path, source).ToList();
        if (arrow is null) Assert.Empty(wrong);
        else Assert.Contains(arrow, Assert.Single(wrong));
    }

    [Theory]
    [InlineData("using Semblance.Data;", true)]
    [InlineData("namespace Semblance.Metrics { using Data; }", true)]
    [InlineData("using Rows = Semblance.Data.Table;", true)]
    [InlineData("using static Semblance.Data.Table;", true)]
    [InlineData("global::Semblance.Data.Table rows;", true)]
    [InlineData("Semblance.Data.Table rows;", true)]
    [InlineData("Data.Table rows;", true)]
    [InlineData("var rows = new List<Data.Table>();", true)]
    [InlineData("// Data.Table and using Semblance.Data;", false)]
    [InlineData("/* using Semblance.Data; */", false)]
    [InlineData("/// <see cref=\"Data.Table\"/>", false)]
    [InlineData("var text = \"using Semblance.Data; Data.Table\";", false)]
    [InlineData("var length = evidence.Data.Length + this.Data.Length;", false)]
    [InlineData("using Semblance.DataShapes; MyData.Table rows; DataTable.Rows();", false)]
    [InlineData("var text = $\"{Data.Table.Name}\";", true)]
    [InlineData("var text = $\"{{Data.Table.Name}}\";", false)]
    [InlineData("var text = @\"c:\\\"; Data.Table rows;", true)]
    [InlineData("var text = \"\"\"a \" Data.Table \"\"\";", false)]
    [InlineData("var text = $$\"\"\"{Data.Table} {{1}}\"\"\";", false)]
    [InlineData("var text = $$\"\"\"{{Data.Table.Name}}\"\"\";", true)]
    [InlineData("var quote = '\"'; Data.Table rows; var other = '\"';", true)]
    public void An_arrow_is_told_from_what_looks_like_one(string source, bool isArrow) => Assert.Equal(isArrow, Uses(SourceCode.Strip(source), "Data"));

    [Fact]
    public void The_text_encoding_is_not_the_room_of_encodings()
    {
        Assert.False(Uses("var bytes = Encoding.UTF8.GetBytes(text);", "Encoding"));
        Assert.True(Uses("Encoding.QuantileEncoder encoder;", "Encoding"));
    }

    private static IEnumerable<string> Sources() => Repository.Files("src/Semblance", "*.cs");

    private static IEnumerable<string> WrongArrows(string path, string source)
    {
        var room = Rooms.OfPath(path);
        var code = SourceCode.Strip(source);
        foreach (var other in Rooms.MayUse.Keys)
            if (other.Length > 0 && !Rooms.May(room, other, Path.GetFileName(path)) && Uses(code, other))
                yield return $"{(room.Length == 0 ? "top" : room)} -> {other} in {path}";
    }

    /// <summary>Known gap: a type reached without being named, which <see cref="CompiledArrows"/> sees.</summary>
    private static bool Uses(string code, string room)
    {
        var bare = room == "Encoding" ? @"Encoding\.(?!UTF8|UTF32|ASCII|Unicode|BigEndianUnicode|Latin1|Default|GetEncoding|Convert|CreateTranscodingStream)" : $@"{room}\.";
        return Regex.IsMatch(code, $@"\bSemblance\.{room}\b|\busing\s+(?:static\s+)?(?:\w+\s*=\s*)?{room}\s*[;.]|(?<![\w.]|\.\s+){bare}");
    }

    private static Semblance.Data.Table ByVerb(Semblance.Data.Table table) => table.Where(new Condition("true"));
}
