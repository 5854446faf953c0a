namespace Quickstart;

/// <summary>Reads the command line so that <c>--traffic</c> needs no value, and settings are found from any directory.</summary>
static class CommandLine
{
    public static WebApplicationOptions Read(string[] args) => new()
    {
        // A switch without a value would take the next argument for its value.
        Args = [.. args.Select(argument => argument == "--traffic" ? "--traffic=true" : argument)],
        // Started from elsewhere, the copy beside the program is the one that counts.
        ContentRootPath = File.Exists("appsettings.json") ? null : AppContext.BaseDirectory,
    };
}
