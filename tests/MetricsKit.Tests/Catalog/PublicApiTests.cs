using System.Reflection;
using System.Text;
using MetricsKit.Tests.Approved;
using Xunit;

namespace MetricsKit.Tests.Catalog;

public sealed class PublicApiTests
{
    readonly NullabilityInfoContext _nullability = new();

    [Theory]
    [InlineData(typeof(MetricsKitHost), "api.txt")]
    [InlineData(typeof(OpenTelemetry.Metrics.MetricsKitMeterProviderBuilderExtensions), "api-opentelemetry.txt")]
    public void PublicApi_TypesAndMembers_AreAsApproved(Type one, string file)
    {
        StringBuilder text = new();
        foreach (var type in one.Assembly.GetExportedTypes().OrderBy(static t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal)) text.Append("  ").Append(member).Append('\n');
        }
        Approval.Matches(file, text.ToString());
    }

    static string Head(Type type)
    {
        string kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        var bases = type.GetInterfaces().Where(static i => i.IsPublic && !i.Name.StartsWith("IEquatable", StringComparison.Ordinal)).Select(Name).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } from && from != typeof(object) && !type.IsValueType) bases.Insert(0, Name(from));
        return $"{kind} {type.Namespace}.{Name(type)}{(type.IsEnum || bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}";
    }

    IEnumerable<string> Members(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        if (type.IsEnum) return Enum.GetNames(type).Select((name, at) => $"{at} {name}");
        return type.GetMembers(Declared).Where(static m => m.GetCustomAttribute<System.Runtime.CompilerServices.CompilerGeneratedAttribute>() is null).SelectMany(Describe);
    }

    IEnumerable<string> Describe(MemberInfo member)
    {
        switch (member)
        {
            case ConstructorInfo constructor when IsVisible(constructor):
                yield return $"new({Parameters(constructor)})";
                break;
            case MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)):
                string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(static a => a.Name + Constraints(a)))}>" : "";
                yield return $"{Modifiers(method)}{Mark(_nullability.Create(method.ReturnParameter), method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
                break;
            case PropertyInfo property when property.GetMethod is { } get && IsVisible(get):
                string set = property.SetMethod is { } setter && IsVisible(setter) ? setter.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? " init;" : " set;" : "";
                string index = property.GetIndexParameters().Length > 0 ? $"[{string.Join(", ", property.GetIndexParameters().Select(Parameter))}]" : "";
                yield return $"{Modifiers(get)}{Mark(_nullability.Create(property), property.PropertyType)} {property.Name}{index} {{ get;{set} }}";
                break;
            case FieldInfo field when field.IsPublic:
                yield return field.IsLiteral ? $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}" : $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}";
                break;
        }
    }

    static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    static string Modifiers(MethodInfo method) => method.IsStatic ? method.IsAbstract ? "static abstract " : "static " : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : "";

    string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    string Parameter(ParameterInfo parameter) =>
        $"{Mark(_nullability.Create(parameter), parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "")}";

    static string Constraints(Type argument)
    {
        var constraints = argument.GetGenericParameterConstraints().Where(static c => c != typeof(ValueType)).Select(Name).ToArray();
        return constraints.Length == 0 ? "" : " : " + string.Join(" & ", constraints);
    }

    static string Mark(NullabilityInfo nullability, Type type) => Name(type) + (!type.IsValueType && nullability.ReadState == NullabilityState.Nullable ? "?" : "");

    static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Name(inner) + "?";
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (type.IsByRef) return "ref " + Name(type.GetElementType()!);
        if (!type.IsGenericType) return type.Name;
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
