using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>What a node of a pack is evaluated on: numbers by slot, and the random numbers of whoever acts. Used by one thread.</summary>
internal sealed class Frame(int slots, Lookup lookup)
{
    /// <summary>The numbers. Missing is NaN.</summary>
    public double[] Cells = new double[slots];

    /// <summary>Random numbers, one after another.</summary>
    public RandomSequence Random;

    /// <summary>Attributes of other entities.</summary>
    public readonly Lookup Lookup = lookup;
}

/// <summary>A number that a pack says: a constant, an expression or a draw. Levels are codes, times are seconds since the start, entities are their numbers, truth is 1 or 0; missing is NaN.</summary>
internal abstract class Node
{
    public abstract double Eval(Frame frame);

    /// <summary>Whether it is the same in every frame.</summary>
    public virtual bool IsConstant => false;
}

internal sealed class ConstantNode(double value) : Node
{
    public override double Eval(Frame frame) => value;

    public override bool IsConstant => true;
}

internal sealed class SlotNode(int slot) : Node
{
    public override double Eval(Frame frame) => frame.Cells[slot];
}

/// <summary>The sort of a value.</summary>
internal enum Sort
{
    Number,
    Truth,
    Level,
    Time,
    Entity,
    Text,
}

/// <summary>The sort of a value and what it refers to.</summary>
internal readonly record struct ValueType(Sort Sort, LevelTable? Levels = null, EntityKind? Entity = null)
{
    public static readonly ValueType Number = new(Sort.Number), Truth = new(Sort.Truth), Time = new(Sort.Time);

    public override string ToString() => Sort switch
    {
        Sort.Level => $"one of {string.Join(", ", Levels!.Names.Take(8))}{(Levels.Names.Length > 8 ? ", …" : "")}",
        Sort.Entity => $"one of the {Entity!.Name}",
        Sort.Truth => "a condition",
        _ => Sort == Sort.Text ? "a text" : Sort == Sort.Time ? "a time" : "a number",
    };
}

/// <summary>A node and the sort of its values.</summary>
internal readonly record struct Typed(Node Node, ValueType Type);

/// <summary>A list of names and the numbers each has: the words of a categorical attribute.</summary>
internal sealed class LevelTable(string name, string[] names, string[] properties, double[][] values)
{
    public string Name => name;

    public string[] Names => names;

    public string[] Properties => properties;

    /// <summary>Numbers of a property, level by level; null when there is none of that name.</summary>
    public double[]? Property(string property) => Array.IndexOf(properties, property) is >= 0 and var index ? values[index] : null;

    public int IndexOf(string level) => Array.IndexOf(names, level);
}

/// <summary>What names mean at a place of a pack.</summary>
internal sealed class Scope(Scope? outer = null)
{
    private readonly Dictionary<string, Typed> symbols = new(StringComparer.Ordinal);

    public Typed? Find(string name) => symbols.TryGetValue(name, out var found) ? found : outer?.Find(name);

    public void Add(string name, Node node, ValueType type) => symbols[name] = new Typed(node, type);

    public void AddSlot(string name, int slot, ValueType type) => Add(name, new SlotNode(slot), type);

    public void AddConstant(string name, double value, ValueType type) => Add(name, new ConstantNode(value), type);

    /// <summary>Every name that can be written here, the inner ones first; those with a dot are made of these.</summary>
    public IEnumerable<string> Names => symbols.Keys.Concat(outer?.Names ?? []);
}
