import { Injectable } from '@nestjs/common';

@Injectable()
export class Settings {
  readonly repairLimitCents = 2_000;
  readonly yearlyLoss = 0.1;
  readonly reminderDays = 3;
  readonly currency = 'EUR';
}
