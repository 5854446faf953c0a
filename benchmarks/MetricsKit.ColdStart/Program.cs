using MetricsKit.Benchmarks;

// Each verb is in a class of its own, and a method is compiled when it is called: the other verbs' assemblies are not loaded.
switch (args is [var verb] ? verb : "")
{
    case "empty": return 0;
    case "injection": return Injection.Run();
    case "kit": return Kit.Run();
    case "sdk": return SdkReader.Run();
    default: return 2;
}
