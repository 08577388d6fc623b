using System.Numerics;

namespace Semblance.Numerics;

/// <summary>
/// Native buffers for reuse, in classes of size a quarter of an octave apart: steps of the same shapes find all their buffers from the second step on, ragged last batches waste
/// a fifth at most, and nothing is left to the garbage collector but the pool itself.
/// </summary>
internal sealed unsafe class FloatPool : IDisposable
{
    private const int Classes = 128;
    private readonly Stack<nint>[] free = new Stack<nint>[Classes];
    private readonly List<NativeBuffer> owned = [];
    private bool disposed;

    /// <summary>Bytes taken from the system so far; they come back on disposal.</summary>
    public long Bytes { get; private set; }

    public float* Take(int count)
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(Tape));
        var index = ClassOf(count);
        var stack = free[index] ??= new Stack<nint>();
        if (stack.TryPop(out var pointer)) return (float*)pointer;
        var buffer = new NativeBuffer(SizeOf(index));
        owned.Add(buffer);
        Bytes += (long)buffer.Count * sizeof(float);
        return buffer.Data;
    }

    public void Return(float* pointer, int count) => free[ClassOf(count)].Push((nint)pointer);

    public void Dispose()
    {
        disposed = true;
        foreach (var buffer in owned) buffer.Dispose();
        owned.Clear();
        Array.Clear(free);
    }

    /// <summary>Least class whose size holds the count: sizes are 16, 20, 24, 28, 32, 40, … floats, rounded up to cache lines by the allocator.</summary>
    private static int ClassOf(int count)
    {
        if (count <= 16) return 0;
        var octave = BitOperations.Log2((uint)(count - 1)); // 2^octave < count <= 2^(octave + 1)
        var quarter = (count - 1) >> (octave - 2) & 3;
        return (octave - 4) * 4 + quarter + 1;
    }

    private static nint SizeOf(int index) => ((nint)4 + (index & 3)) << (index / 4 + 2);
}
