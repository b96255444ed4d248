/**
 * Totals a basket. It knows its neighbours by their Service names alone, as in the cluster it is written for.
 *
 * @param {typeof fetch} fetch
 * @param {readonly { item: string, quantity: number }[]} basket
 * @returns {Promise<number>}
 */
export async function total(fetch, basket) {
  const lines = basket.map(async ({ item, quantity }) => {
    const stock = await fetch(`http://stock.shop:8080/items/${item}`);
    if (!stock.ok) throw new Error(`cannot see the stock: ${stock.status}`);
    if ((await stock.json()).left < quantity) throw new Error(`${item} is sold out`);
    const price = await fetch(`http://prices.shop/items/${item}`);
    return (await price.json()).price * quantity;
  });
  return (await Promise.all(lines)).reduce((sum, line) => sum + line, 0);
}
