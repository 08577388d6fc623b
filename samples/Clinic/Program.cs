using Semblance.Samples;

// dotnet run --project samples/Clinic -- samples/clinic.csv
if (args.Length != 1)
{
    Console.Error.WriteLine("usage: dotnet run --project samples/Clinic -- <file.csv>");
    return 1;
}
File.WriteAllText(args[0], ClinicTable.Csv());
return 0;
