namespace Semblance;

/// <summary>
/// Root of every error a user can cause or mend. <see cref="Code"/> is stable (<c>SB1004</c>); the message says what, where and what to do.
/// Codes: SB10xx reading and data, SB12xx schema, SB20xx recipes and expressions, SB30xx fitting, SB40xx generating, SB50xx model files and manifests, SB60xx providers.
/// </summary>
public class SemblanceException : Exception
{
    /// <summary>Makes an error.</summary>
    protected SemblanceException(string code, string message, Exception? inner = null) : base(message, inner) => Code = code;

    /// <summary>Stable code, <c>SB</c> and four digits.</summary>
    public string Code { get; }
}

/// <summary>The data themselves are at fault: a file that can't be read, a cell that can't be parsed, a damaged model file.</summary>
public sealed class DataException(string code, string message, Exception? inner = null) : SemblanceException(code, message, inner);

/// <summary>A column, kind or key is not what was asked for.</summary>
public sealed class SchemaException(string code, string message, Exception? inner = null) : SemblanceException(code, message, inner);

/// <summary>A recipe, expression or option does not make sense.</summary>
public sealed class RecipeException(string code, string message, Exception? inner = null) : SemblanceException(code, message, inner);

/// <summary>A model can't be fitted to these data.</summary>
public sealed class FitException(string code, string message, Exception? inner = null) : SemblanceException(code, message, inner);

/// <summary>A generator can't give what was asked for.</summary>
public sealed class GenerateException(string code, string message, Exception? inner = null) : SemblanceException(code, message, inner);

/// <summary>An outside provider failed.</summary>
public sealed class ProviderException(string code, string message, Exception? inner = null) : SemblanceException(code, message, inner);
