using System.Globalization;
using System.Runtime.InteropServices;

namespace Semblance.Bench;

/// <summary>Debian's XGBoost through its C interface, as a peer to measure against. Present only where the library is installed.</summary>
internal sealed unsafe partial class XGBoost : IDisposable
{
    private const string Library = "libxgboost.so.0";
    private readonly nint train, booster;

    public XGBoost(float[][] x, float[] y, params (string Key, string Value)[] settings)
    {
        train = Matrix(x, y);
        var handle = train;
        Check(XGBoosterCreate(&handle, 1, out booster));
        foreach (var (key, value) in settings) Check(XGBoosterSetParam(booster, key, value));
    }

    public static bool IsPresent => NativeLibrary.TryLoad(Library, out _);

    public static string Version
    {
        get
        {
            XGBoostVersion(out var major, out var minor, out var patch);
            return string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}.{patch}");
        }
    }

    public void Rounds(int first, int count)
    {
        for (var i = first; i < first + count; i++) Check(XGBoosterUpdateOneIter(booster, i, train));
    }

    public float[] Predict(float[][] x)
    {
        var matrix = Matrix(x, null);
        Check(XGBoosterPredict(booster, matrix, 0, 0, 0, out var length, out var values));
        var result = new Span<float>(values, (int)length).ToArray();
        Check(XGDMatrixFree(matrix));
        return result;
    }

    /// <summary>A matrix made beforehand, so that its making is not timed.</summary>
    public static nint Matrix(float[][] x, float[]? y)
    {
        int rows = x[0].Length, width = x.Length;
        var flat = new float[rows * width];
        for (var f = 0; f < width; f++)
            for (var r = 0; r < rows; r++) flat[r * width + f] = x[f][r];
        nint matrix;
        fixed (float* data = flat) Check(XGDMatrixCreateFromMat(data, (ulong)rows, (ulong)width, float.NaN, out matrix));
        if (y is not null)
            fixed (float* labels = y) Check(XGDMatrixSetFloatInfo(matrix, "label", labels, (ulong)y.Length));
        return matrix;
    }

    public float[] Predict(nint matrix)
    {
        Check(XGBoosterPredict(booster, matrix, 0, 0, 0, out var length, out var values));
        return new Span<float>(values, (int)length).ToArray();
    }

    public void Dispose()
    {
        _ = XGBoosterFree(booster);
        _ = XGDMatrixFree(train);
    }

    private static void Check(int code)
    {
        if (code != 0) throw new InvalidOperationException(Marshal.PtrToStringUTF8(XGBGetLastError()));
    }

    [LibraryImport(Library)] private static partial void XGBoostVersion(out int major, out int minor, out int patch);
    [LibraryImport(Library)] private static partial nint XGBGetLastError();
    [LibraryImport(Library)] private static partial int XGDMatrixCreateFromMat(float* data, ulong rows, ulong columns, float missing, out nint matrix);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial int XGDMatrixSetFloatInfo(nint matrix, string field, float* values, ulong length);
    [LibraryImport(Library)] private static partial int XGDMatrixFree(nint matrix);
    [LibraryImport(Library)] private static partial int XGBoosterCreate(nint* matrices, ulong length, out nint booster);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial int XGBoosterSetParam(nint booster, string key, string value);
    [LibraryImport(Library)] private static partial int XGBoosterUpdateOneIter(nint booster, int round, nint matrix);
    [LibraryImport(Library)] private static partial int XGBoosterPredict(nint booster, nint matrix, int options, uint trees, int training, out ulong length, out float* values);
    [LibraryImport(Library)] private static partial int XGBoosterFree(nint booster);
}
