using System.Runtime.InteropServices;

namespace Semblance.Bench;

/// <summary>Debian's OpenBLAS, where it is installed (package libopenblas0-pthread), as the peer in matrix multiplication.</summary>
internal static unsafe class OpenBlas
{
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;
    private static readonly string[] Names = ["libopenblas.so.0", "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0"];
    private static readonly nint Library = Load();

    public static bool Exists => Library != 0;

    public static string Core => Marshal.PtrToStringAnsi(((delegate* unmanaged<nint>)NativeLibrary.GetExport(Library, "openblas_get_corename"))()) ?? "?";

    public static void Threads(int count) => ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(Library, "openblas_set_num_threads"))(count);

    public static void Multiply(int m, int n, int k, float* a, bool transposeA, float* b, bool transposeB, float* c) => Sgemm(
        RowMajor, transposeA ? Transpose : NoTranspose, transposeB ? Transpose : NoTranspose, m, n, k, 1, a, transposeA ? m : k, b, transposeB ? k : n, 0, c, n);

    private static readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> Sgemm =
        Library == 0 ? null : (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(Library, "cblas_sgemm");

    private static nint Load()
    {
        // It asks the C library, which does not see what .NET sets. Left alone it takes its AVX2 kernels on processors that it does not know.
        if (System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated) SetEnvironment("OPENBLAS_CORETYPE", "SkylakeX", 1);
        foreach (var name in Names)
            if (NativeLibrary.TryLoad(name, out var library)) return library;
        return 0;
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
