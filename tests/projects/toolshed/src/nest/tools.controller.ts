import { Body, Controller, Get, Param, ParseIntPipe, Post, Put } from '@nestjs/common';
import { Condition, type Tool } from '@prisma/client';
import { type ToolInput, ToolsService } from './tools.service';

type Shelf = Awaited<ReturnType<ToolsService['shelf']>>;

@Controller('tools')
export class ToolsController {
  constructor(private readonly tools: ToolsService) {}

  @Get('shelf/:branch')
  async shelf(@Param('branch', ParseIntPipe) branch: number) {
    const shelf = await this.tools.shelf(branch);
    return shelf.map((tool) => this.entry(tool));
  }

  private entry(tool: Shelf[number]) {
    const { label, category, tags, dailyCents } = tool;
    return { label, category: category.slug, deposit: tool.valueCents * category.depositRate, tags: tags.map((tag) => tag.color), dailyCents };
  }

  @Post()
  async add(@Body() input: ToolInput): Promise<Pick<Tool, 'id' | 'barcode'>> {
    const { id, barcode } = await this.tools.add(input);
    return { id, barcode };
  }

  @Put(':barcode/condition')
  async inspect(@Param('barcode') barcode: string, @Body('condition') condition: Condition) {
    const tool = await this.tools.inspect(barcode, condition);
    return tool.retired ? `${tool.label} was retired` : `${tool.label} is ${tool.condition.toLowerCase()}`;
  }

  @Get('heaviest')
  async heaviest() {
    const { total, names } = await this.tools.heaviest(10);
    return `${names.join(', ')}: ${total / 1000} kg`;
  }

  @Get('makers')
  async makers() {
    const groups = await this.tools.byMaker();
    return [...groups.entries()].map(([maker, tools]) => ({
      maker,
      tools: tools.length,
      value: tools.reduce((sum, { valueCents }) => sum + valueCents, 0),
      oldest: tools.map((tool) => tool.purchasedAt).find((day) => day !== null)?.getFullYear(),
    }));
  }
}
