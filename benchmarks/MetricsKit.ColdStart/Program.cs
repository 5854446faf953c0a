using MetricsKit.Benchmarks;

// Each verb is in a class of its own, and a method is compiled when it is called: the other verbs' assemblies are not loaded.
switch (args)
{
    case ["empty"]: return 0;
    case ["injection"]: return Injection.Run();
    case ["kit"]: return Kit.Run();
    case ["sdk"]: return SdkReader.Run();
    case ["http", var to]: return HttpPost.Run(to);
    case ["kit-otlp", var to]: return KitOtlp.Run(to, export: false);
    case ["sdk-otlp", var to]: return SdkOtlp.Run(to, export: false);
    case ["kit-otlp-export", var to]: return KitOtlp.Run(to, export: true);
    case ["sdk-otlp-export", var to]: return SdkOtlp.Run(to, export: true);
    default: return 2;
}
