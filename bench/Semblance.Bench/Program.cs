Console.WriteLine("usage: dotnet run -c Release --project bench/Semblance.Bench -- <name>");
