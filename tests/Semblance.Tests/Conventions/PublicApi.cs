using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Semblance.Tests.Conventions;

/// <summary>Writes the public surface of an assembly as text, one member a line, in an order that only depends on names.</summary>
internal static class PublicApi
{
    // What the compiler adds to every record says nothing about it.
    private static readonly HashSet<string> OfRecords = ["Equals", "GetHashCode", "ToString", "<Clone>$", "Deconstruct", "op_Equality", "op_Inequality", "PrintMembers", "get_EqualityContract"];

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int",
        [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(string)] = "string", [typeof(object)] = "object", [typeof(char)] = "char",
    };

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().Where(t => !t.FullName!.Contains('<')).OrderBy(t => t.Namespace, StringComparer.Ordinal).ThenBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Heading(type)).Append('\n');
            foreach (var line in Members(type).Distinct().Order(StringComparer.Ordinal)) text.Append("    ").Append(line).Append('\n');
        }
        return text.ToString();
    }

    private static string Heading(Type type)
    {
        var sort = type.IsInterface ? "interface" : type.IsEnum ? "enum" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "class" : "open class";
        if (IsRecord(type)) sort = sort.Replace("class", "record").Replace("struct", "record struct");
        var above = new List<string>();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum)) above.Add(Name(parent));
        above.AddRange(type.GetInterfaces().Where(i => i.IsPublic && !(i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEquatable<>)) && !type.IsEnum)
            .Where(i => type.BaseType?.GetInterfaces().Contains(i) != true).Select(Name).Order(StringComparer.Ordinal));
        return $"{type.Namespace}: {sort} {Name(type)}{(above.Count == 0 ? "" : " : " + string.Join(", ", above))}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Visible = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type)) yield return $"{name} = {Convert.ToInt64(Enum.Parse(type, name), System.Globalization.CultureInfo.InvariantCulture)}";
            yield break;
        }
        var record = IsRecord(type);
        foreach (var constructor in type.GetConstructors(Visible).Where(c => IsVisible(c) && !c.IsStatic))
            if (!(record && constructor.GetParameters() is [var only] && only.ParameterType == type))
                yield return $"new({Parameters(constructor)})";
        foreach (var field in type.GetFields(Visible).Where(f => f.IsPublic || f.IsFamily))
            yield return $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}{(field.IsLiteral ? $" = {Constant(field.GetRawConstantValue())}" : "")}";
        foreach (var property in type.GetProperties(Visible))
        {
            var (get, set) = (Visibly(property.GetMethod), Visibly(property.SetMethod));
            if (get is null && set is null || record && property.Name == "EqualityContract") continue;
            var index = property.GetIndexParameters();
            var init = set?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
            yield return $"{((get ?? set)!.IsStatic ? "static " : "")}{Name(property.PropertyType)}{(MayBeNull(Nullability.Create(property)) ? "?" : "")} "
                + $"{(index.Length > 0 ? $"this[{string.Join(", ", index.Select(p => Name(p.ParameterType)))}]" : property.Name)} {{{(get is null ? "" : " get;")}{(set is null ? "" : init ? " init;" : " set;")} }}";
        }
        foreach (var method in type.GetMethods(Visible).Where(IsVisible))
        {
            if (method.IsSpecialName && (method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal)) && type.GetProperties(Visible).Any(p => p.GetMethod == method || p.SetMethod == method)) continue;
            if (record && OfRecords.Contains(method.Name) || method.GetBaseDefinition() != method && method.Name is "Equals" or "GetHashCode" or "ToString" || method.Name.Contains('<')) continue;
            var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
            yield return $"{(method.IsStatic ? "static " : method.IsAbstract && !type.IsInterface ? "abstract " : "")}{Name(method.ReturnType)}{(MayBeNull(Nullability.Create(method.ReturnParameter)) ? "?" : "")} {method.Name}{generic}({Parameters(method)})";
        }
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select((p, i) =>
        (i == 0 && method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "") + (p.IsOut ? "out " : p.ParameterType.IsByRef ? "ref " : "")
        + Name(p.ParameterType) + (MayBeNull(Nullability.Create(p)) ? "?" : "") + " " + p.Name + (p.HasDefaultValue ? $" = {Constant(p.RawDefaultValue)}" : "")));

    private static string Constant(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static bool MayBeNull(NullabilityInfo info) => info.ReadState == NullabilityState.Nullable && !info.Type.IsValueType;

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null
        || type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance)?.IsDefined(typeof(CompilerGeneratedAttribute), false) == true;

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static MethodInfo? Visibly(MethodInfo? method) => method is not null && IsVisible(method) ? method : null;

    private static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!);
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (type.IsPointer) return Name(type.GetElementType()!) + "*";
        if (type.IsGenericParameter) return type.Name;
        if (Keywords.TryGetValue(type, out var keyword)) return keyword;
        if (Nullable.GetUnderlyingType(type) is { } inner) return Name(inner) + "?";
        var outer = type.DeclaringType is { } declaring ? Name(declaring) + "." : "";
        if (!type.IsGenericType) return outer + type.Name;
        return $"{outer}{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
