using Semblance.Cli;

return await Application.RunAsync(args);
