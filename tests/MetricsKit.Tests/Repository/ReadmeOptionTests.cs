using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace MetricsKit.Tests.Repository;

/// <summary>The README's list of the keys of recorder, sinks and exporter is whole, and what it calls defaults are the defaults.</summary>
public sealed class ReadmeOptionTests
{
    [Fact]
    public void Readme_KeysOfSamples_AreAllThereWithTheirDefaults()
    {
        string readme = File.ReadAllText(SourceTree.PathOf("README.md"));
        int from = readme.IndexOf("```jsonc\n", readme.IndexOf("\n## Custom samples\n", StringComparison.Ordinal), StringComparison.Ordinal) + "```jsonc\n".Length;
        using var json = JsonDocument.Parse("{" + readme[from..readme.IndexOf("```", from, StringComparison.Ordinal)] + "}", new() { CommentHandling = JsonCommentHandling.Skip });
        Dictionary<string, string?> keys = new(StringComparer.Ordinal);
        Flatten(json.RootElement, "", keys);

        MetricsKitOptions options = new();
        MetricsKitConfiguration read = new();
        read.Bind(new ConfigurationBuilder().AddInMemoryCollection(keys).Build(), options);
        Assert.Empty(read.Errors.Concat(read.UnknownKeys));
        HoldsDefaults("Recorder", new RecorderOptions(), options.Recorder, keys);
        HoldsDefaults("Processing", new ProcessingOptions(), options.Processing, keys);
        HoldsDefaults("Sinks:Instruments", new InstrumentsSinkOptions(), options.Sinks.Instruments, keys);
        HoldsDefaults("Sinks:File", new FileSinkOptions(), options.Sinks.File!, keys);
        HoldsDefaults("Sinks:InfluxDb", new InfluxDbSinkOptions(), options.Sinks.InfluxDb!, keys);
        HoldsDefaults("Sinks:Log", new LogSinkOptions(), options.Sinks.Log!, keys);
        HoldsDefaults("Json", new JsonExporterOptions(), options.Json!, keys);
    }

    static void HoldsDefaults<T>(string section, T defaults, T read, Dictionary<string, string?> keys) where T : notnull
    {
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static p => p.DeclaringType != typeof(SinkOptions)))
        {
            string path = $"MetricsKit:{section}:{property.Name}";
            Assert.True(keys.Keys.Any(k => k == path || k.StartsWith(path + ":", StringComparison.Ordinal)), $"The README lacks {path}.");
            if (property.CanWrite && property.PropertyType.IsGenericType is false) Assert.True(Equals(property.GetValue(defaults), property.GetValue(read)), $"The README has {path} = {keys[path]}, and the default is {property.GetValue(defaults)}.");
        }
    }

    /// <summary>As configuration has it; what is empty is kept, to be found.</summary>
    static void Flatten(JsonElement json, string path, Dictionary<string, string?> keys)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in json.EnumerateObject()) Flatten(property.Value, path.Length == 0 ? property.Name : $"{path}:{property.Name}", keys);
            if (!json.EnumerateObject().Any()) keys[path] = null;
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            for (int i = 0; i < json.GetArrayLength(); i++) Flatten(json[i], $"{path}:{i}", keys);
            if (json.GetArrayLength() == 0) keys[path] = null;
        }
        else keys[path] = json.ToString();
    }
}
