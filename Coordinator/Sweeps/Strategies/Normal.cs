namespace Convoy.Coordinator.Sweeps.Strategies;

/// <summary>The standard normal distribution.</summary>
static class Normal
{
    /// <summary>Probability of [<paramref name="from"/>, <paramref name="to"/>]; in the tails as exact as near the middle.</summary>
    public static double Mass(double from, double to) =>
        from >= 0 ? Beyond(from) - Beyond(to)
        : to <= 0 ? Beyond(-to) - Beyond(-from)
        : 1 - Beyond(-from) - Beyond(to);

    /// <summary>Probability beyond <paramref name="z"/> at or above 0: Hart's approximation to double precision (West, Better approximations to cumulative normal functions, 2005).</summary>
    static double Beyond(double z)
    {
        if (z > 37) return 0;
        var density = Math.Exp(-0.5 * z * z);
        if (z < 7.07106781186547)
            return density
                * ((((((3.52624965998911e-02 * z + 0.700383064443688) * z + 6.37396220353165) * z + 33.912866078383) * z + 112.079291497871) * z + 221.213596169931) * z + 220.206867912376)
                / (((((((8.83883476483184e-02 * z + 1.75566716318264) * z + 16.064177579207) * z + 86.7807322029461) * z + 296.564248779674) * z + 637.333633378831) * z + 793.826512519948) * z + 440.413735824752);
        return density / (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))) / Math.Sqrt(2 * Math.PI);
    }
}
