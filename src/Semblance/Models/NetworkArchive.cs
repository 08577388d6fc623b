using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance;

/// <summary>Networks in model files: each parameter is a named array of float32. The state of an optimiser is not kept, since a fitted model is not trained on.</summary>
public static class NetworkArchive
{
    extension(ModelArchive archive)
    {
        /// <summary>Adds all parameters of a network as <c>prefix/name</c>.</summary>
        /// <exception cref="ArgumentException">A name is taken or too long.</exception>
        public void Add(string prefix, Parameters parameters)
        {
            foreach (var parameter in parameters.All) archive.Add<float>($"{prefix}/{parameter.Name}", parameter.Values, Sides(parameter.Shape));
        }
    }

    extension(Parameters parameters)
    {
        /// <summary>Takes all parameters of a network from an archive. Nothing is changed unless everything fits.</summary>
        /// <param name="archive">As <see cref="Add"/> filled it.</param>
        /// <param name="prefix">As given there.</param>
        /// <exception cref="DataException">An array is missing, of another type or shape, holds a value that is not a finite number, or belongs to no parameter (SB5007); the message names it.</exception>
        public void Load(ModelArchive archive, string prefix)
        {
            var arrays = new float[parameters.All.Count][];
            var names = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < arrays.Length; i++)
            {
                var (name, shape) = ($"{prefix}/{parameters.All[i].Name}", parameters.All[i].Shape);
                names.Add(name);
                if (!archive.Shape(name).AsSpan().SequenceEqual(Sides(shape))) throw archive.Unfit($"its array `{name}` has the shape {string.Join('×', archive.Shape(name))} where {shape} is needed");
                arrays[i] = archive.Get<float>(name);
                if (arrays[i].AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) throw archive.Unfit($"its array `{name}` holds a value that is not a finite number");
            }
            var stray = archive.Names.FirstOrDefault(n => n.StartsWith(prefix + "/", StringComparison.Ordinal) && !names.Contains(n));
            if (stray is not null) throw archive.Unfit($"its array `{stray}` belongs to no parameter of the network");
            for (var i = 0; i < arrays.Length; i++) arrays[i].CopyTo(parameters.All[i].Values);
            parameters.ClearGradients();
        }
    }

    private static int[] Sides(Shape shape)
    {
        var sides = new int[shape.Rank];
        for (var i = 0; i < sides.Length; i++) sides[i] = shape[i];
        return sides;
    }
}
