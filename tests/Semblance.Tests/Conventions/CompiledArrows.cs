using System.Reflection;
using System.Reflection.Emit;

namespace Semblance.Tests.Conventions;

/// <summary>One use of a room by another.</summary>
internal sealed record Arrow(string From, string User, string To, string Used);

/// <summary>Which rooms the compiled code of each room uses: signatures, and every type and member that its instructions name.</summary>
internal static class CompiledArrows
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Instructions =
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    // Verbs live in the root namespace: the folder of their file tells their room.
    private static readonly Dictionary<string, string> RoomByFile = Repository.Files("src/Semblance", "*.cs")
        .GroupBy(p => Path.GetFileNameWithoutExtension(p)).ToDictionary(g => g.Key, g => Rooms.OfPath(g.First()));

    /// <summary>The arrows out of an assembly's types into a library's rooms (by default its own).</summary>
    public static IEnumerable<Arrow> Of(Assembly assembly, Assembly? library = null)
    {
        library ??= assembly;
        foreach (var type in assembly.GetTypes())
        {
            var user = Outermost(type);
            var from = assembly == library ? Room(user) : "";
            if (from is null) continue;
            foreach (var used in Used(type).SelectMany(Parts).Where(t => t.Assembly == library).Select(Outermost).Distinct())
                if (used != user && Room(used) is { } to)
                    yield return new Arrow(from, user.Name, to, used.Name);
        }
    }

    private static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer) type = outer;
        return type;
    }

    private static string? Room(Type type)
    {
        if (type.Namespace is { } name && name.StartsWith("Semblance.", StringComparison.Ordinal)) return name["Semblance.".Length..];
        return type.Namespace == "Semblance" ? RoomByFile.GetValueOrDefault(type.Name.Split('`')[0], "") : null;
    }

    private static IEnumerable<Type> Parts(Type type)
    {
        while (type.HasElementType) type = type.GetElementType()!;
        if (type.IsGenericParameter) return [];
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()) : [type];
    }

    private static IEnumerable<Type> Used(Type type)
    {
        if (type.BaseType is { } parent) yield return parent;
        foreach (var contract in type.GetInterfaces()) yield return contract;
        foreach (var field in type.GetFields(Everything)) yield return field.FieldType;
        foreach (var method in type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)))
        {
            if (method is MethodInfo { ReturnType: var result }) yield return result;
            foreach (var parameter in method.GetParameters()) yield return parameter.ParameterType;
            if (method.GetMethodBody() is not { } body) continue;
            foreach (var local in body.LocalVariables) yield return local.LocalType;
            foreach (var used in Named(method, body.GetILAsByteArray()!)) yield return used;
        }
    }

    /// <summary>Types named by instructions.</summary>
    private static IEnumerable<Type> Named(MethodBase method, byte[] code)
    {
        foreach (var member in Members(method, code))
        {
            if (member is Type type) yield return type;
            else if (member.DeclaringType is { } declaring) yield return declaring;
            if (member is MethodInfo { IsGenericMethod: true } generic)
                foreach (var argument in generic.GetGenericArguments()) yield return argument;
        }
    }

    /// <summary>Types and members named by instructions. Operands are skipped by their kind, so no constant is taken for a token.</summary>
    public static IEnumerable<MemberInfo> Members(MethodBase method, byte[] code)
    {
        var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var methodArguments = method is MethodInfo { IsGenericMethod: true } ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var instruction = Instructions[code[at] == 0xFE ? (short)(0xFE00 | code[at + 1]) : code[at]];
            at += instruction.Size;
            switch (instruction.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    yield return method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!;
                    at += 4;
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at += 1;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + 4 * BitConverter.ToInt32(code, at);
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }
}
