using System.Reflection;
using System.Runtime.CompilerServices;

namespace Semblance.Tests.Conventions;

/// <summary>What no program and no public member can reach is dead, and dead code goes.</summary>
public sealed class DeadCodeTests
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void No_internal_member_is_unused()
    {
        var library = typeof(Seed).Assembly;
        var named = new HashSet<(Module, int)>();
        foreach (var type in library.GetTypes())
            foreach (var method in type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)))
                if (method.GetMethodBody()?.GetILAsByteArray() is { } code)
                    foreach (var member in CompiledArrows.Members(method, code))
                        if (member.Module.Assembly == library && member.MetadataToken != method.MetadataToken) named.Add((member.Module, member.MetadataToken));
        var dead = new List<string>();
        foreach (var type in library.GetTypes().Where(t => !t.Name.Contains('<') && !t.IsDefined(typeof(CompilerGeneratedAttribute), false) && t.DeclaringType?.Name.Contains('<') != true && !t.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), false)))
        {
            var promised = type.IsInterface ? [] : type.GetInterfaces().SelectMany(i => type.GetInterfaceMap(i).TargetMethods).ToHashSet();
            foreach (var method in type.GetMethods(Everything))
                if (!IsReachable(type, method) && !promised.Contains(method) && !named.Contains((method.Module, method.MetadataToken)))
                    dead.Add($"{type.FullName}.{method.Name}({string.Join(", ", method.GetParameters().Select(p => p.ParameterType.Name))})");
        }
        Assert.True(dead.Count == 0, "nothing uses these:\n" + string.Join('\n', dead.Distinct().Order()));
    }

    private static bool IsReachable(Type type, MethodInfo method) =>
        type.IsVisible && (method.IsPublic || method.IsFamily) || method.IsVirtual || method.IsDefined(typeof(CompilerGeneratedAttribute), false) || method.Name.Contains('<') || method.Name.Contains('.')
        || method.IsSpecialName && method.Name.StartsWith("op_", StringComparison.Ordinal) || method.Name is "Deconstruct";
}
