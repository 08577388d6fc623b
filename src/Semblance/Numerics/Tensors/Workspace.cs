using System.Runtime.InteropServices;

namespace Semblance.Numerics;

/// <summary>Scratch memory of one thread: two buffers that grow to what was asked for and stay. Contents are undefined between uses.</summary>
internal sealed unsafe class Workspace : IDisposable
{
    private NativeBuffer first = NativeBuffer.Empty, second = NativeBuffer.Empty;

    /// <summary>At least <paramref name="count"/> floats for panels of the left operand.</summary>
    public float* Left(nint count) => Grow(ref first, count);

    /// <summary>At least <paramref name="count"/> floats for panels of the right operand.</summary>
    public float* Right(nint count) => Grow(ref second, count);

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }

    private static float* Grow(ref NativeBuffer buffer, nint count)
    {
        if (buffer.Count >= count) return buffer.Data;
        buffer.Dispose();
        buffer = new NativeBuffer(count + count / 4); // a quarter more, so that slowly growing shapes do not allocate each time
        return buffer.Data;
    }
}

/// <summary>Floats outside the managed heap, aligned to a cache line. Freed on disposal, or by the finaliser where an owner forgot.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    public static readonly NativeBuffer Empty = new(0);
    private float* data;

    public NativeBuffer(nint count)
    {
        Count = count;
        if (count > 0) data = (float*)NativeMemory.AlignedAlloc(checked((nuint)count * sizeof(float)), 64);
        else GC.SuppressFinalize(this);
    }

    ~NativeBuffer() => Free();

    public nint Count { get; }

    public float* Data => data;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (data != null) NativeMemory.AlignedFree(data);
        data = null;
    }
}
