using System.Runtime.CompilerServices;

namespace Semblance.Tests.Conventions;

public sealed class TypeTests
{
    // Roots that others are written for. Anything else is sealed: what is not designed to be inherited from should not be.
    private static readonly HashSet<string> Roots = ["SemblanceException"];

    // Static fields that change, each with the reason why no result can depend on them.
    private static readonly Dictionary<string, string> Changing = new()
    {
        ["Semblance.Formats.StagedFile.counter"] = "numbers temporary files of one process",
    };

    [Fact]
    public void Classes_are_sealed_unless_they_are_abstract_roots()
    {
        var open = typeof(Seed).Assembly.GetTypes()
            .Where(t => t.IsClass && !t.IsSealed && !t.IsAbstract && !IsCompilerMade(t) && !Roots.Contains(t.Name))
            .Select(t => t.FullName).ToList();
        Assert.True(open.Count == 0, "seal these, or make them abstract: " + string.Join(", ", open));
    }

    [Fact]
    public void No_static_field_can_be_written()
    {
        var writable = typeof(Seed).Assembly.GetTypes().Where(t => !IsCompilerMade(t))
            .SelectMany(t => t.GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.DeclaredOnly))
            .Where(f => !f.IsInitOnly && !f.IsLiteral && !f.Name.Contains('<') && !f.IsDefined(typeof(ThreadStaticAttribute), false))
            .Select(f => $"{f.DeclaringType!.FullName}.{f.Name}").Where(n => !Changing.ContainsKey(n)).ToList();
        Assert.True(writable.Count == 0, "no static state that changes: " + string.Join(", ", writable));
    }

    private static bool IsCompilerMade(Type type) =>
        type.Name.Contains('<') || type.IsDefined(typeof(CompilerGeneratedAttribute), false) || type.DeclaringType is { } outer && IsCompilerMade(outer);
}
