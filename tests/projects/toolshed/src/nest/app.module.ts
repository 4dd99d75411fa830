import { Module } from '@nestjs/common';
import { DatabaseService } from './database.service';
import { InvoicesController } from './invoices.controller';
import { InvoicesService } from './invoices.service';
import { MembersController } from './members.controller';
import { MembersService } from './members.service';
import { RemarksService } from './remarks.service';
import { Settings } from './settings';
import { ToolsController } from './tools.controller';
import { ToolsService } from './tools.service';

@Module({
  controllers: [InvoicesController, MembersController, ToolsController],
  providers: [DatabaseService, InvoicesService, MembersService, RemarksService, Settings, ToolsService],
})
export class AppModule {}
