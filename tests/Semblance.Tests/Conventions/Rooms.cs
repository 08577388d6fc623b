namespace Semblance.Tests.Conventions;

/// <summary>The rooms of the library and which rooms each may use, as the house was designed.</summary>
internal static class Rooms
{
    /// <summary>Folder = room = namespace. The shared words at the top of the library may be used by all and use none.</summary>
    public static IReadOnlyDictionary<string, string[]> MayUse { get; } = new Dictionary<string, string[]>
    {
        [""] = [],
        ["Data"] = [],
        ["Numerics"] = [],
        ["Forms"] = [],
        ["Formats"] = ["Data"],
        ["Profiles"] = ["Data", "Numerics", "Forms"],
        ["Codecs"] = ["Data", "Numerics", "Profiles", "Forms"],
        ["Rules"] = ["Data", "Numerics", "Forms", "Formats"],
        ["Worlds"] = ["Rules", "Data", "Numerics", "Forms", "Formats"],
        ["Transforms"] = ["Data", "Numerics", "Profiles", "Forms", "Rules"],
        ["Metrics"] = ["Data", "Numerics", "Profiles", "Codecs", "Rules"],
        ["Models"] = ["Data", "Numerics", "Profiles", "Codecs", "Rules", "Formats"],
        ["Language"] = ["Data", "Numerics", "Profiles", "Rules", "Formats"],
        ["Reports"] = ["Data", "Profiles", "Metrics"],
        ["Provenance"] = ["Data", "Formats"],
        ["Recipes"] =
        [
            "Data", "Numerics", "Forms", "Formats", "Profiles", "Codecs", "Rules", "Worlds", "Transforms", "Metrics", "Models", "Language", "Reports", "Provenance",
        ],
    };

    /// <summary>Whether a file or type of a room may use another room. Only <c>Auto</c>, which must compare candidates, may let a model use a judge.</summary>
    public static bool May(string room, string other, string fileOrType) =>
        room == other || other.Length == 0 || MayUse[room].Contains(other)
        || room == "Models" && other == "Metrics" && fileOrType.StartsWith("Auto", StringComparison.Ordinal);

    /// <summary>Room of a path below <c>src/Semblance/</c>; empty at the top.</summary>
    public static string OfPath(string path)
    {
        var inside = path["src/Semblance/".Length..];
        var slash = inside.IndexOf('/');
        return slash < 0 ? "" : inside[..slash];
    }
}
